import type { Written } from '../authoring/written.ts';
import { defined } from '../defined.ts';
import { defaultParallel } from '../engine/run.ts';
import type { Seen } from '../engine/witness.ts';
import { problemWords } from '../words/problem.ts';
import { type Looking, observe } from './observe.ts';
import { ask, type Probe, reply } from './probe.ts';
import { reach, type Target } from './rows/target.ts';
import { trashIn } from './trash.ts';

/** A configured server before the survey. */
export interface Named {
  readonly name: string;
  readonly scheme: string;
  readonly protocol: Target['protocol'];
  readonly implicitTls: boolean;
}

export interface Surveyed {
  readonly targets: readonly Target[];
  /** Servers about which nothing can be recorded, with the reason. */
  readonly silent: readonly { readonly name: string; readonly why: string }[];
  /** Servers that let a user log in only once in so many `seconds`: sessions after a login cannot be compared. */
  readonly delayed: readonly { readonly name: string; readonly seconds: number }[];
}

/** How many scenarios run at a time per server; they alternate, so no server gets many connections at once. */
const parallelForEach = 2;
const mostParallel = 20;

/** The default number of scenarios that run at a time: servers make clients wait most of the time. */
export function parallelFor(servers: number): number {
  return Math.min(Math.max(defaultParallel, parallelForEach * servers), mostParallel);
}

/** The commands whose replies advertise STARTTLS, by protocol. */
const hello: Readonly<Record<Target['protocol'], readonly Written[]>> = {
  smtp: [{ expect: reply }, ask('EHLO ${helo}')],
  lmtp: [{ expect: reply }, ask('LHLO ${helo}')],
  imap: [{ expect: reply }, ask('CAPABILITY')],
  pop3: [{ expect: reply }, ask('CAPA')],
  sieve: [{ expect: reply }, ask('CAPABILITY')],
};

/** Finds out which states sessions can have: whether TLS works, and whether the account can log in. */
export async function survey(named: readonly Named[], canLogIn: boolean, looking: Looking): Promise<Surveyed> {
  const first = await observe(
    named.map((each) => ({ file: 'survey', server: each.name, name: each.name, steps: hello[each.protocol] })),
    looking,
  );
  const silent: { name: string; why: string }[] = [];
  const delayed: { name: string; seconds: number }[] = [];
  const answering = named.flatMap((each, index): readonly Target[] => {
    const came = first[index]?.seen.get(1);
    if (came?.kind === 'reply') {
      const text = wholeText(came);
      const seconds = loginDelayIn(text);
      if (seconds > 0) delayed.push({ name: each.name, seconds });
      const starttls = !each.implicitTls && /^"?(?:\S* )*(?:STARTTLS|STLS)\b/im.test(text);
      return [{ ...each, starttls, login: false, literals: false }];
    }
    const problem = first[index]?.result.problem;
    silent.push({ name: each.name, why: problem === undefined ? 'it says nothing' : problemWords(problem) });
    return [];
  });
  if (!canLogIn) return { targets: answering, silent, delayed: [] };
  const asked = answering.filter(
    ({ name, protocol }) => protocol !== 'lmtp' && !delayed.some((each) => each.name === name),
  );
  const logins = await observe(
    asked.map(
      (target): Probe => ({
        file: 'survey',
        server: target.name,
        name: target.name,
        steps: [
          ...reach(target, 'login'),
          ...(target.protocol === 'imap' ? [ask('CAPABILITY'), ask('LIST "" *')] : [ask('NOOP')]),
        ],
      }),
    ),
    looking,
  );
  const able = new Map(asked.map(({ name }, index) => [name, logins[index]?.seen]));
  const targets = answering.map((each): Target => {
    const came = able.get(each.name)?.get(0);
    const literals = came?.kind === 'reply' && / LITERAL[+-]/i.test(wholeText(came));
    return {
      ...each,
      login: came !== undefined,
      literals,
      ...defined({ trash: trashIn(able.get(each.name)?.get(1)) }),
    };
  });
  return { targets, silent, delayed };
}

/** RFC 2449 section 6.5: the seconds between two logins of a user that CAPA announces; 0 without LOGIN-DELAY. */
export function loginDelayIn(capabilities: string): number {
  return Number(/^LOGIN-DELAY (\d{1,9})\b/im.exec(capabilities)?.[1] ?? 0);
}

function wholeText(seen: Extract<Seen, { kind: 'reply' }>): string {
  return seen.reply.raw.toString('latin1').replace(/^\d{3}[ -]/gm, '');
}
