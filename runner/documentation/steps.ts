import { inUnits } from '../duration.ts';
import type { Message } from '../message.ts';
import type { Target } from '../plan.ts';
import { schemeOf } from '../protocol/server-url.ts';
import type { CommandPart, Credentials, Literal, Sending } from '../sending.ts';
import type { TlsOptions } from '../server-options.ts';
import { dialogueOf, type Fails, factsOf, type Step, type StepKind, type StepOf } from '../steps.ts';
import { patternWords } from '../words/matcher.ts';
import { written } from '../words/text.ts';
import type { Line } from './page.ts';

/** The most lines of one write that are shown. */
const mostLines = 8;

/** What is needed to make the lines of a step. */
export interface Stage {
  /** The step's server. */
  readonly target: Target | undefined;
  line(side: Line['side'], text: string): Line;
  /** What the server must reply; `otherwise` if the step does not say. */
  reply(otherwise?: string): readonly Line[];
  /** What a check examines, and what it must find. */
  check(label: string): readonly Line[];
  /** The nested steps, on the same level or one level deeper. */
  inPlace(steps: readonly Step[]): readonly Line[];
  below(steps: readonly Step[]): readonly Line[];
}

type Telling<Kind extends StepKind> = (step: StepOf<Kind>, stage: Stage) => readonly Line[];

/** Steps whose label says too little, or does not fit into a dialogue. */
const tellings: { readonly [Kind in StepKind]?: Telling<Kind> } = {
  send: ({ what }, { line, reply }) => [...sent(what).map((text) => line('C', text)), ...reply()],
  expect: (_step, { reply }) => reply(),
  pipeline: ({ steps }, { line, inPlace }) => [
    ...steps.flatMap(({ what, wait }) => [
      ...(wait === undefined ? [] : [line('*', `waits ${inUnits(wait)}`)]),
      ...sent(what).map((text) => line('C', text)),
    ]),
    ...inPlace(steps).filter(({ side }) => side === 'S'),
  ],
  message: ({ message, bdat }, { line, reply }) => [line('C', messageWords(message, bdat)), ...reply()],
  starttls: ({ fails }, { line, reply, target }) => [
    line('C', startTlsCommand(target)),
    ...reply('accepts'),
    line('*', handshakeWords(fails)),
  ],
  handshake: ({ fails }, { line }) => [line('*', handshakeWords(fails))],
  authenticate: ({ credentials }, { line, reply }) => [line('C', credentialWords(credentials)), ...reply('accepts')],
  close: (_step, { line }) => [line('C', 'closes the connection')],
  reset: (_step, { line }) => [line('C', 'resets the connection')],
  wait: (step, { line }) => [line('*', `waits ${inUnits(step.for)}`)],
  connect: (_step, { line, reply }) => [line('C', 'connects'), ...reply()],
  eventually: ({ within, every, dialogue }, { line, below }) => [
    line('*', `within ${inUnits(within)}, tried again every ${inUnits(every)}:`),
    ...below(dialogue),
  ],
  repeat: ({ over, dialogue }, { line, below }) => [
    line('*', typeof over === 'number' ? `${over} times:` : `for each ${over.name} of ${over.list}:`),
    ...below(dialogue),
  ],
  port: ({ host, port }, { check }) => check(`port ${written(host)}:${written(port)}`),
  certificate: ({ of }, { check }) =>
    check(of === 'connection' ? 'the certificate of this connection' : `the certificate of ${of.label}`),
  tls: ({ of, tls }, { check }) => check(`a handshake with ${of.label}${tlsWords(tls)}`),
};

export function tell<Kind extends StepKind>(step: StepOf<Kind>, stage: Stage): readonly Line[] {
  return (tellings[step.kind] ?? asWritten)(step, stage);
}

/** Described by its label: the values in most checks are paths and commands of one machine. */
function asWritten(step: Step, { line, reply, check, inPlace, below }: Stage): readonly Line[] {
  const { reply: kind, inPlace: own } = factsOf(step);
  if (own) return inPlace(dialogueOf(step));
  if (kind === 'evidence') return check(step.label);
  return [line('C', step.label), ...reply(), ...below(dialogueOf(step))];
}

function sent(what: Sending): readonly string[] {
  switch (what.form) {
    case 'line':
      return [written(what.text)];
    case 'lines': {
      const lines = what.lines.slice(0, mostLines).map(written);
      return what.lines.length > mostLines ? [...lines, `… ${what.lines.length - mostLines} more lines`] : lines;
    }
    case 'raw':
      return [
        `${written(what.text)}${what.every === undefined ? '' : `   (${what.chunk ?? 1} octets every ${inUnits(what.every)})`}`,
      ];
    case 'parts':
      return [what.parts.map(partWords).join('')];
  }
}

/** A literal with its content; its octets are counted when it is sent. */
function partWords(part: CommandPart): string {
  if ('text' in part) return written(part.text);
  return `{literal${part.plus ? '+' : ''} ${literalWords(part.literal)}}`;
}

function literalWords(literal: Literal): string {
  if (typeof literal === 'string' || 'parts' in literal) return `"${written(literal)}"`;
  return 'file' in literal ? 'a file' : `base64 ${written(literal.base64)}`;
}

function messageWords({ source, size }: Message, bdat: number | undefined): string {
  const about =
    source.from === 'fields' && source.fields.subject !== undefined
      ? ` with the subject "${written(source.fields.subject)}"`
      : source.from === 'raw'
        ? `: ${written(source.text)}`
        : '';
  const length = size === undefined ? '' : ` of ${size} octets`;
  return `a message${length}${about}${bdat === undefined ? '' : `, in BDAT chunks of ${bdat} octets`}`;
}

/** The protocol's own command; if the protocol is not known, the most common one. */
function startTlsCommand(target: Target | undefined): string {
  const protocol = target && schemeOf(written(target.url))?.protocol;
  return protocol?.starttls?.command ?? 'STARTTLS';
}

function tlsWords({ min, max, ciphers, groups }: TlsOptions): string {
  const versions = min === undefined && max === undefined ? [] : [min === max ? `${min}` : versionWords(min, max)];
  const words = [
    ...versions,
    ...(ciphers === undefined ? [] : [`ciphers ${ciphers}`]),
    ...(groups === undefined ? [] : [`groups ${groups}`]),
  ];
  return words.length === 0 ? '' : `, ${words.join(', ')}`;
}

/** `TLSv1.2 or newer`, `up to TLSv1.2`, `TLSv1 to TLSv1.2` */
function versionWords(min: TlsOptions['min'], max: TlsOptions['max']): string {
  if (max === undefined) return `${min} or newer`;
  return min === undefined ? `up to ${max}` : `${min} to ${max}`;
}

function handshakeWords(fails: Fails): string {
  if (fails === false) return 'the TLS handshake succeeds';
  return `the TLS handshake fails${fails === true ? '' : ` with ${patternWords(fails)}`}`;
}

function credentialWords({ mechanism, user }: Credentials): string {
  return `authenticates with ${mechanism}${user === undefined ? '' : ` as ${written(user)}`}`;
}
