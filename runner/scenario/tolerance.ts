import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { Tolerance } from '../plan.ts';
import { type FindingName, findingNames, isFatal } from '../protocol/findings.ts';
import type { Scope } from './scope.ts';
import { listAt, type Node, plainAt } from './tree.ts';

/** Reads `tolerate` of some nodes: names of findings, or maps with a reason. Expired entries are left out. */
export function tolerateAt(scope: Scope, ...nodes: readonly (Node | undefined)[]): readonly Tolerance[] {
  return nodes.flatMap((node) => listAt(node, 'tolerate')).flatMap((item) => readTolerance(scope, item));
}

function readTolerance(scope: Scope, node: Node): readonly Tolerance[] {
  const { report, today } = scope.shared;
  const finding = node.kind === 'scalar' ? node.text : plainAt(node, 'finding');
  if (finding === undefined) return [];
  const names = namesOf(finding);
  const refusal = names.size === 0 ? unknown(finding, node) : refuseFatal(finding, names, node);
  if (refusal !== undefined) {
    report(refusal);
    return [];
  }
  const reason = plainAt(node, 'reason');
  const until = plainAt(node, 'until');
  if (until !== undefined && today > until) {
    report(expired(finding, until, node));
    return [];
  }
  return [
    {
      finding,
      names,
      ...(reason !== undefined && { reason }),
      ...(until !== undefined && { until }),
      span: node.span,
    },
  ];
}

const everyName = findingNames();
const tolerable = everyName.filter((name) => !isFatal(name));

/** `imap.fetch.*` covers all findings about it. */
function namesOf(finding: string): ReadonlySet<FindingName> {
  if (!finding.endsWith('.*')) return new Set(everyName.filter((name) => name === finding));
  const subject = finding.slice(0, -1);
  return new Set(tolerable.filter((name) => name.startsWith(subject)));
}

function unknown(finding: string, { span }: Node): Diagnostic {
  const near = nearest(finding, everyName);
  return {
    code: 'value.invalid',
    message: `There is no finding "${finding}"`,
    span,
    hint: near === undefined ? 'docs/violations.md lists them' : `Did you mean "${near}"?`,
  };
}

function refuseFatal(finding: string, names: ReadonlySet<FindingName>, { span }: Node): Diagnostic | undefined {
  if (![...names].some(isFatal)) return undefined;
  return {
    code: 'value.invalid',
    message: `Cannot tolerate "${finding}": after it, nobody can tell where the next reply begins`,
    span,
    hint: 'To test such a server, use "tcp:", which reads lines as they come',
  };
}

function expired(finding: string, until: string, { span }: Node): Diagnostic {
  return {
    code: 'value.invalid',
    severity: 'warning',
    message: `The tolerance of "${finding}" has expired on ${until}`,
    span,
    hint: 'It counts again: have the server fixed, or set a later date',
  };
}
