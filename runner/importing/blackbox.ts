import { parse } from 'yaml';
import type { Exchange } from '../authoring/exchange.ts';
import type { Written } from '../authoring/written.ts';
import { escapePattern } from '../encoding.ts';
import { many } from '../phrase.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import {
  allOf,
  type Dialogue,
  protocolOfLines,
  type Refused,
  replyPattern,
  ScriptBuilder,
  type ScriptFormat,
  slashed,
} from './script.ts';

interface Query {
  readonly expect?: string;
  readonly send?: string;
  readonly starttls?: boolean;
}

interface Module {
  readonly name: string;
  readonly queries: readonly Query[];
  readonly protocol: Protocol;
}

/** Modules of Prometheus's blackbox_exporter with the prober tcp; each module with a dialogue becomes a scenario. */
export const blackbox: ScriptFormat = {
  name: 'a module of blackbox_exporter',
  recognizes: (lines) => lines.some((line) => /^\s*query_response:/.test(line)),
  read(lines, { protocol: given, only }) {
    const { modules, others } = modulesOf(lines.join('\n'));
    const chosen = chosenOf(modules, given, only);
    if ('problem' in chosen) return chosen;
    const { protocol } = chosen;
    const read = chosen.modules.map((each) => dialogueOf(each, protocol));
    const left = only === undefined ? [...modules.filter((each) => !chosen.modules.includes(each)), ...others] : [];
    const comments = left.length === 0 ? [] : [`left out: ${left.map(({ name }) => name).join(', ')}`];
    const dialogues = read.map(({ dialogue }, index) =>
      index < read.length - 1 ? dialogue : { ...dialogue, rest: [...dialogue.rest, ...comments] },
    );
    return { protocol, where: {}, dialogues, unread: read.reduce((sum, { unread }) => sum + unread, 0) };
  },
};

interface Chosen {
  readonly protocol: Protocol;
  readonly modules: readonly Module[];
}

/** A scenario file has one server: chooses the modules of one protocol, or the one that the user named. */
function chosenOf(modules: readonly Module[], given: Protocol | undefined, name: string | undefined): Chosen | Refused {
  const listed = modules.map((each) => `${each.name} (${each.protocol.title})`).join(', ');
  if (name !== undefined) {
    const named = modules.find((each) => each.name === name);
    return named === undefined
      ? { problem: `it has no module "${name}" with a dialogue`, hint: `The modules are ${listed}` }
      : { protocol: given ?? named.protocol, modules: [named] };
  }
  const known = modules.filter(({ protocol }) => protocol !== protocols.line);
  const spoken = new Set(known.map(({ protocol }) => protocol));
  const protocol = given ?? (spoken.size <= 1 ? (known[0]?.protocol ?? protocols.line) : undefined);
  if (protocol === undefined)
    return {
      problem: `its modules speak ${many(spoken.size, 'protocol')}: ${listed}`,
      hint: 'Choose one with --module NAME, or give the server as a URL: --server smtp://mail.example.com',
    };
  const fitting = modules.filter((each) => each.protocol === protocol);
  // A module that does not show its protocol may have the one that the user gave.
  const usable = fitting.length > 0 ? fitting : modules.filter((each) => each.protocol === protocols.line);
  return usable.length > 0 || modules.length === 0
    ? { protocol, modules: usable }
    : { problem: `none of its modules speaks ${protocol.title}`, hint: `The modules are ${listed}` };
}

function dialogueOf(
  { name, queries }: Module,
  protocol: Protocol,
): { readonly dialogue: Dialogue; readonly unread: number } {
  const script = new ScriptBuilder();
  let tag = '';
  for (const { expect, send, starttls } of queries) {
    // The step by itself expects a positive reply.
    if (expect !== undefined && script.last?.did.kind !== 'starttls')
      addExpectation(script, withoutTag(expect, tag), protocol);
    if (send !== undefined && protocol.createTags !== undefined) tag = /^\S+(?= )/.exec(send)?.[0] ?? '';
    if (send !== undefined && /\$\{?\w/.test(send)) script.unread(`sends a part of what it expected: ${send}`);
    else if (send !== undefined) script.add({ did: didOf(send, protocol) });
    if (starttls === true && script.last?.did.kind !== 'starttls') script.add({ did: { kind: 'starttls' } });
  }
  // The exporter does not wait for the last reply, but a scenario must read it.
  if (isUnanswered(script.last)) script.expect({ one_of: ['closed', { within: '10s' }] }, allOf);
  return { dialogue: { name, ...script.finish() }, unread: script.unreadLines };
}

function isUnanswered(last: Exchange | undefined): boolean {
  return last?.did.kind === 'line' && last.pinned === undefined;
}

/** Tags differ each time. */
function withoutTag(expect: string, tag: string): string {
  const starts = tag === '' ? [] : [tag, escapePattern(tag)].flatMap((each) => [`^${each} `, `${each} `]);
  const start = starts.find((each) => expect.startsWith(each));
  return start === undefined ? expect : `^${expect.slice(start.length)}`;
}

/** A line that must arrive: the next line of the previous reply, or a reply of its own. */
function addExpectation(script: ScriptBuilder, expect: string, protocol: Protocol): void {
  const { untagged } = protocol.replies;
  // A greeting's text does not include its status.
  const bare = untagged && script.last === undefined ? expect.replace(/^\^?\\?\* /, '^') : expect;
  const pinned = pinnedOf(bare.replace(/^\^?\\\+/, '+'), protocol);
  const goesOn = script.last?.did.kind === 'line' && (untagged || /^\^?250-/.test(expect));
  if (isUnanswered(script.last) || goesOn) script.expect(pinned, allOf);
  else script.another(pinned);
}

function pinnedOf(source: string, protocol: Protocol): Written {
  const { status, untagged } = protocol.replies;
  const words = status.form === 'word' ? status.words : [];
  const isStatus = words.some((word) => source.replace(/^\^/, '').startsWith(word));
  // The whole reply includes the lines before the tagged one.
  if (untagged && !isStatus) return `/(?m)${slashed(source)}/`;
  return replyPattern(words.includes('+OK') ? source.replace(/^OK\b/, '+OK') : source, protocol);
}

function didOf(send: string, protocol: Protocol): Exchange['did'] {
  const text = commandOf(send, protocol);
  return text.trim().toUpperCase() === protocol.starttls?.command ? { kind: 'starttls' } : { kind: 'line', text };
}

/** The command without its tag and line ending. */
function commandOf(send: string, { createTags }: Protocol): string {
  return (createTags === undefined ? send : send.replace(/^\S+ /, '')).replace(/\r?\n?$/, '');
}

/** The protocol, by the beginnings of expected lines, or by the commands that are sent. */
function protocolOf(queries: readonly Query[]): Protocol {
  const lines = queries.flatMap(({ expect = '', send = '' }) => [
    `${expect.replace(/^\^/, '').replaceAll('\\', '')} `,
    send,
  ]);
  const sent = queries.flatMap(({ send }) => (send === undefined ? [] : [send]));
  const knows = (protocol: Protocol): boolean =>
    sent.every((line) => {
      const [word = ''] = commandOf(line, protocol).toUpperCase().split(' ');
      return (protocol.commands ?? []).some((command) => command.split(' ')[0] === word);
    });
  const speaking = sent.length === 0 ? undefined : Object.values(protocols).find(knows);
  return protocolOfLines(lines) ?? speaking ?? protocols.line;
}

/** The content of `modules`, in whatever form. */
function modulesOf(text: string): {
  readonly modules: readonly Module[];
  readonly others: readonly { name: string }[];
} {
  const all = Object.entries(mapOf(mapOf(parsed(text))['modules'])).map(([name, value]) => {
    const listed = mapOf(mapOf(value)['tcp'])['query_response'];
    return { name, queries: Array.isArray(listed) ? listed.map(queryOf) : [] };
  });
  const isDialogue = ({ queries }: (typeof all)[number]) => queries.length > 0;
  return {
    modules: all.filter(isDialogue).map((each) => ({ ...each, protocol: protocolOf(each.queries) })),
    others: all.filter((each) => !isDialogue(each)),
  };
}

function queryOf(value: unknown): Query {
  const { expect, send, starttls } = mapOf(value);
  return {
    ...(typeof expect === 'string' && { expect }),
    ...(typeof send === 'string' && { send }),
    ...(starttls === true && { starttls }),
  };
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function parsed(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
}
