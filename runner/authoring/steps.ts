import { repliesLike } from '../protocol/protocols.ts';
import { credentialKeys, needsOf } from '../protocol/sasl.ts';
import type { WrittenStep } from './document.ts';
import { commandOf, type Did, type Exchange, type Part } from './exchange.ts';
import { type Came, expectationOf, isEnd } from './expectation.ts';
import { type Generalize, generalizing, naming, type Vocabulary } from './generalize.ts';
import { escapeText, type Piece } from './pieces.ts';
import type { Written, WrittenMap } from './written.ts';

export interface StepContext extends Vocabulary {
  /** The protocol's command that names the client. */
  readonly hello?: string | undefined;
  /** Expect only statuses. */
  readonly loose?: boolean | undefined;
}

interface Writing {
  readonly expect: (came: Came, command: string | undefined) => Written;
  readonly named: (text: string) => string;
  readonly hide: (expected: Written) => Written;
  readonly loosen: (expected: Written) => Written;
}

/** The exchanges as the steps of a dialogue. */
export function stepsOf(exchanges: readonly Exchange[], context: StepContext): readonly WrittenStep[] {
  const generalize = generalizing(context);
  const { hello, loose } = context;
  const writing: Writing = {
    expect: (came, command) => expectationOf(came, { generalize, command, hello, loose }),
    named: nameWith(naming(context)),
    hide: (expected) => hidden(expected, context.secrets),
    loosen: (expected) => (loose ? (statusIn(expected) ?? expected) : expected),
  };
  return exchanges.flatMap((exchange) => exchangeSteps(exchange, writing));
}

/** The code or status in an expectation from elsewhere; `undefined` if it has none. */
function statusIn(expected: Written): Written | undefined {
  if (typeof expected === 'number') return expected;
  if (typeof expected === 'string') return /^(?:\d{3}|[+-]?[A-Z]+)\b/.exec(expected)?.[0];
  if (typeof expected !== 'object' || expected === null) return undefined;
  if (Array.isArray(expected)) return (expected as readonly Written[]).map(statusIn).find((each) => each !== undefined);
  const map = expected as WrittenMap;
  return map['code'] ?? map['status'];
}

/** An expectation from elsewhere, without secrets. */
function hidden(expected: Written, secrets: Vocabulary['secrets']): Written {
  if (typeof expected === 'string')
    return [...secrets].reduce((all, [value, name]) => all.replaceAll(value, `\${${name}}`), expected);
  if (Array.isArray(expected)) return expected.map((each: Written) => hidden(each, secrets));
  if (typeof expected !== 'object' || expected === null) return expected;
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, hidden(value, secrets)]));
}

/**
 * Replaces values by variables. Text derived from a secret cannot be written, so the secret's name is written instead.
 */
function nameWith(find: Generalize): Writing['named'] {
  return (text) => find(text).map(written).join('');
}

function written(piece: Piece): string {
  switch (piece.kind) {
    case 'literal':
      return escapeText(piece.text);
    case 'variable':
      return `\${${piece.name}}`;
    case 'pattern':
      return '${password}';
  }
}

function exchangeSteps(exchange: Exchange, writing: Writing): readonly WrittenStep[] {
  const { did, came, pinned, comments = [] } = exchange;
  const command = commandOf(did);
  const [first, ...more] = did.kind === 'pipeline' ? [undefined, ...came] : came;
  // In a pipeline each command has one reply; further replies follow it.
  const followed = did.kind === 'pipeline' ? did.exchanges.flatMap((each) => stepsIn(each, writing).slice(1)) : [];
  const expect =
    pinned === undefined
      ? first === undefined
        ? undefined
        : writing.expect(first, command)
      : writing.hide(writing.loosen(pinned));
  const step = stepOf(did, first, expect, writing);
  const further = more.flatMap((each) => (each === undefined ? [] : [{ expect: writing.expect(each, command) }]));
  const steps = [...(step === undefined ? [] : [step]), ...followed, ...further];
  return steps.map((each, index) => ({ step: withName(each, exchange.on), comments: index === 0 ? comments : [] }));
}

function stepsIn(exchange: Exchange, writing: Writing): readonly Written[] {
  return exchangeSteps(exchange, writing).map(({ step }) => step);
}

/** Adds the connection to a step, if the session has several. */
function withName(step: Written, on: string | undefined): Written {
  if (on === undefined) return step;
  if (typeof step === 'string') return { [step]: null, on };
  return typeof step === 'object' && !Array.isArray(step) ? { ...(step as WrittenMap), on } : step;
}

function stepOf(did: Did, came: Came | undefined, expect: Written | undefined, writing: Writing): Written | undefined {
  const expected: WrittenMap = expect === undefined ? {} : { expect };
  const { named } = writing;
  switch (did.kind) {
    case 'wait':
      return expect === undefined ? undefined : { expect };
    case 'line':
      return { send: named(did.text), ...expected };
    case 'parts':
      return { send: did.parts.map((part) => writtenPart(part, named)), ...expected };
    case 'raw':
      return { send: { raw: named(did.octets) }, ...expected };
    case 'pipeline':
      return { pipeline: did.exchanges.flatMap((each) => stepsIn(each, writing).slice(0, 1)) };
    case 'message':
      return { message: named(did.text), ...expected };
    case 'starttls':
      // The step by itself requires a positive reply.
      return came === undefined || isPositive(came) ? 'starttls' : { starttls: {}, ...expected };
    case 'compress':
      return came === undefined || isPositive(came) ? 'compress' : { compress: null, ...expected };
    case 'login':
      return {
        authenticate: {
          mechanism: did.mechanism,
          ...credentialsOf(did, named),
        },
        ...expected,
      };
    case 'written':
      return did.step;
    case 'close':
      return 'close';
  }
}

/** Credentials that a session does not show become variables. */
function credentialsOf({ mechanism, credentials }: Login, named: Writing['named']): WrittenMap {
  const keys = credentialKeys.filter((key) => credentials[key] !== undefined || needsOf(mechanism).includes(key));
  return Object.fromEntries(
    keys.map((key) => {
      const value = credentials[key];
      return [key, value === undefined ? `\${${key}}` : named(value)];
    }),
  );
}

type Login = Extract<Did, { kind: 'login' }>;

function isPositive(came: Came): boolean {
  return !isEnd(came) && repliesLike(came).isPositive(came);
}

function writtenPart(part: Part, named: Writing['named']): Written {
  if ('text' in part) return named(part.text);
  const { literal, plus, latin1 } = part;
  const content = latin1 ? { base64: Buffer.from(literal, 'latin1').toString('base64') } : named(literal);
  return { literal: content, ...(plus && { plus: true }) };
}
