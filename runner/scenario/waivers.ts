import type { Diagnostic } from '../diagnostic.ts';
import type { KnownIssue } from '../plan.ts';
import { type Identified, isMeant } from '../scenario-id.ts';
import type { Span } from '../source.ts';
import { type Node, plainAt } from './tree.ts';

/** An entry of the configuration's `known_issues`. */
export interface Waiver {
  /** A scenario's id; `*` matches any characters. */
  readonly scenario: string;
  readonly issue: KnownIssue;
  readonly span: Span;
}

export function readWaiver(node: Node): readonly Waiver[] {
  const scenario = plainAt(node, 'scenario');
  const issue = readKnownIssue(node);
  return scenario === undefined || issue === undefined ? [] : [{ scenario, issue, span: node.span }];
}

export function readKnownIssue(node: Node | undefined): KnownIssue | undefined {
  const reason = plainAt(node, 'reason');
  const until = plainAt(node, 'until');
  return reason === undefined ? undefined : { reason, ...(until !== undefined && { until }) };
}

/** `until` is the last day on which an issue counts as known. Days are `YYYY-MM-DD`. */
export function expired({ until }: KnownIssue, today: string): boolean {
  return until !== undefined && today > until;
}

/** The first waiver that applies to a scenario and has not expired. */
export function waiverFor(ids: Identified, waivers: readonly Waiver[], today: string): KnownIssue | undefined {
  return waivers.find(({ scenario, issue }) => !expired(issue, today) && isMeant(ids, scenario))?.issue;
}

export function expiredWarning({ reason, until }: KnownIssue, span: Span): Diagnostic {
  return {
    code: 'value.invalid',
    severity: 'warning',
    message: `A known issue has expired on ${until}: ${reason}`,
    span,
    hint: 'Failures count again: fix the cause, or set a later date',
  };
}
