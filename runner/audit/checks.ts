import type { Plan, Scenario, Text } from '../plan.ts';
import { childrenOf, type Step } from '../steps.ts';
import type { Group } from './groups.ts';
import { isRole } from './roles.ts';

export interface Permitted {
  readonly mail: boolean;
  readonly failedLogins: boolean;
  /** Whether there are two accounts. */
  readonly twoAccounts: boolean;
}

/** Reasons for leaving out checks. */
export type LeftOut = 'mail' | 'failed logins' | 'account' | 'second account' | 'server' | 'domain' | 'policy';

export interface Chosen {
  readonly scenarios: readonly Scenario[];
  readonly leftOut: ReadonlyMap<LeftOut, number>;
}

/** Checks that compare two accounts: with the same account for both they would fail on a good server. */
export const aboutTwoAccounts: ReadonlySet<string> = new Set([
  'submission/authentication#authenticated-users-may-not-send-from-another-user-s-address',
  ...['in-capitals', 'with-a-tag', 'in-quotes', 'with-a-source-route'].map(
    (disguise) => `submission/senders#users-may-not-send-from-another-user-s-address-${disguise}`,
  ),
  'submission/senders#users-may-not-send-from-a-local-part-without-a-domain',
  'delivery/addresses#mail-to-two-recipients-reaches-each-of-them-once',
]);

const accountNames = new Set(['user', 'password', 'recipient', 'recipient_password']);

/** The checks that are possible and permitted. */
export function choose({ scenarios }: Plan, permitted: Permitted): Chosen {
  const leftOut = new Map<LeftOut, number>();
  const kept = scenarios.filter((scenario) => {
    const why = reasonAgainst(scenario, permitted);
    if (why !== undefined) leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
    return why === undefined;
  });
  return { scenarios: kept, leftOut };
}

function reasonAgainst(scenario: Scenario, { mail, failedLogins, twoAccounts }: Permitted): LeftOut | undefined {
  if (scenario.skip !== undefined) return whatIsMissing(scenario.lacks ?? []);
  if (!twoAccounts && aboutTwoAccounts.has(scenario.id)) return 'second account';
  if (!failedLogins && scenario.provokes.includes('failed-login')) return 'failed logins';
  return !mail && sendsMail(scenario) ? 'mail' : undefined;
}

function whatIsMissing(lacks: readonly string[]): LeftOut {
  if (lacks.some((name) => isRole(name) || name === 'lmtp')) return 'server';
  if (lacks.some((name) => accountNames.has(name))) return 'account';
  return lacks.includes('domain') ? 'domain' : 'policy';
}

/** Whether the scenario transfers a message, if the server lets it get that far. */
export function sendsMail({ dialogue, after }: Scenario): boolean {
  return [...dialogue, ...after].some(isSending);
}

function isSending(step: Step): boolean {
  if (step.kind === 'message') return true;
  if (step.kind === 'send') {
    const { what } = step;
    const texts = what.form === 'lines' ? what.lines : what.form === 'parts' ? [] : [what.text];
    if (texts.some((text) => /^(?:DATA|BDAT\b.*)\s*$/im.test(beginning(text)))) return true;
  }
  return childrenOf(step).some(isSending);
}

function beginning(text: Text): string {
  return typeof text === 'string' ? text : text.parts.map((part) => (typeof part === 'string' ? part : '')).join('');
}

/** Combines several plans into one; a group's suffix distinguishes the scenarios of each host. */
export function joined(parts: readonly { readonly plan: Plan; readonly group: Group }[]): Plan {
  const [first] = parts as [(typeof parts)[number]];
  const scenarios = parts.flatMap(({ plan, group: { suffix } }) =>
    plan.scenarios.map((scenario) =>
      suffix === undefined
        ? scenario
        : {
            ...scenario,
            id: `${scenario.id}@${suffix}`,
            ...(scenario.formerIds && { formerIds: scenario.formerIds.map((each) => `${each}@${suffix}`) }),
            name: `${scenario.name} (${suffix})`,
          },
    ),
  );
  return {
    ...first.plan,
    suites: [
      ...new Map(parts.flatMap(({ plan }) => plan.suites.map((suite) => [suite.file, suite] as const))).values(),
    ],
    scenarios: scenarios.map((scenario, index) => ({ ...scenario, index })),
    secrets: parts.flatMap(({ plan }) => plan.secrets),
  };
}
