import type { Diagnostic } from '../diagnostic.ts';
import type { Expectation, Plan, Scenario, Target } from '../plan.ts';
import { parseServerUrl, type ServerUrl } from '../protocol/server-url.ts';
import { childrenOf, factsOf, type Step } from '../steps.ts';
import { isServable } from './logins.ts';
import { partsOf } from './parts.ts';

/** Milliseconds to wait for a client's line: much longer than for a server's reply, since a person may be typing. */
export const defaultPatience = 60_000;
/** Milliseconds: a served scenario ends only when the client or the server gives up. */
const noTimeLimit = 86_400_000;

/** A plan as it is served, and the errors that prevent that. */
export interface Prepared {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
  /** How many steps are left out, because they concern real servers. */
  readonly leftOut: number;
}

/** Leaves out what only a client of real servers does, and reports replies that cannot be generated. */
export function prepare(plan: Plan, patience: number): Prepared {
  const diagnostics: Diagnostic[] = [];
  let leftOut = 0;
  const only = (steps: readonly Step[]): readonly Step[] =>
    steps.flatMap((step) => {
      const facts = factsOf(step);
      if (facts.reply === 'evidence') leftOut++;
      if (facts.reply === 'evidence' || step.kind === 'wait') return [];
      const { holds } = facts;
      return [holds === undefined ? step : ({ ...step, [holds]: only(childrenOf(step)) } as Step)];
    });
  const scenarios = plan.scenarios.map((scenario): Scenario => {
    const { elsewhere: _elsewhere, receives: _receives, ...rest } = scenario;
    const served = {
      ...rest,
      retries: 0,
      provokes: [],
      exclusive: [],
      timeout: noTimeLimit,
      dialogue: only(scenario.dialogue),
      after: only(scenario.after),
      connections: new Map([...scenario.connections].map(([name, target]) => [name, unhurried(target, patience)])),
    };
    if (scenario.skip === undefined) {
      refuseLateUrls(scenario, diagnostics);
      for (const step of [...served.dialogue, ...served.after]) examine(step, diagnostics);
    }
    return served;
  });
  return { plan: { ...plan, scenarios, logs: [] }, diagnostics, leftOut };
}

/** The limits of the real server do not apply to clients of this one. */
function unhurried(target: Target, patience: number): Target {
  const { maxConnections: _most, connectionsPerMinute: _rate, proxyProtocol: _proxy, ...options } = target.options;
  const times = { timeout: patience, loginTimeout: patience, connectTimeout: patience };
  return { ...target, options: { ...options, ...times } };
}

/** Reports captured addresses, since no client could know them. */
function refuseLateUrls({ connections }: Scenario, diagnostics: Diagnostic[]): void {
  for (const { url, span } of connections.values())
    if (typeof url !== 'string')
      diagnostics.push({ code: 'url.invalid', message: 'Cannot serve a server whose URL is captured', span });
}

function examine(step: Step, diagnostics: Diagnostic[]): void {
  for (const each of childrenOf(step)) examine(each, diagnostics);
  if (step.kind === 'compress')
    diagnostics.push({
      code: 'value.invalid',
      message: 'Cannot serve "compress"',
      span: step.span,
      hint: 'Leave compression to the server itself: advertise no COMPRESS',
    });
  if (step.kind === 'authenticate' && !isServable(step.credentials))
    diagnostics.push({
      code: 'value.invalid',
      message: `Cannot serve a login by ${step.credentials.mechanism}: the scenario does not contain everything that the server needs`,
      span: step.span,
      hint: "Use PLAIN, LOGIN, CRAM-MD5, XOAUTH2, OAUTHBEARER, EXTERNAL or ANONYMOUS, or the protocol's own login",
    });
  if (step.expect !== undefined && step.served?.reply === undefined) examineReply(step.expect, diagnostics);
}

function examineReply(expectation: Expectation, diagnostics: Diagnostic[]): void {
  if (expectation.kind !== 'reply') return;
  const made = partsOf(expectation, (text) => (typeof text === 'string' ? text : ''));
  if (!('unclear' in made)) return;
  diagnostics.push({
    code: 'key.missing',
    message: 'Cannot make a reply from this expectation',
    span: made.unclear,
    hint: 'Add "reply" to the step: the text that the client gets',
  });
}

/** A server that scenarios connect to. */
export interface Served {
  readonly label: string;
  readonly url: ServerUrl;
}

export function serversOf({ scenarios }: Plan): readonly Served[] {
  const found = new Map<string, Served>();
  for (const { connections, skip } of scenarios) {
    if (skip !== undefined) continue;
    for (const { label, url } of connections.values()) {
      if (typeof url === 'string' && !found.has(label)) found.set(label, { label, url: parseServerUrl(url) });
    }
  }
  return [...found.values()];
}
