import { inUnits } from '../duration.ts';
import type { Scenario, Target, TlsOptions } from '../plan.ts';
import { schemeOf } from '../protocol/server-url.ts';
import type { CommandPart, Credentials, Fails, Message, Sending, Step } from '../steps.ts';
import { visible } from '../visible.ts';
import { patternWords } from '../words/matcher.ts';
import { requirementParts, requirementWords } from '../words/requirement.ts';
import { written } from '../words/text.ts';
import type { Line } from './page.ts';

/** Characters of what is sent that are shown. */
const longestSend = 300;
/** Lines of one write that are shown. */
const mostLines = 8;

/** A scenario's steps as lines of a conversation. */
export function dialogueLines(
  steps: readonly Step[],
  scenario: Pick<Scenario, 'connections'>,
  depth = 0,
): readonly Line[] {
  return steps.flatMap((step) => stepLines(step, scenario, depth));
}

function stepLines(step: Step, scenario: Pick<Scenario, 'connections'>, depth: number): readonly Line[] {
  const line = (side: Line['side'], text: string): Line => ({
    side,
    connection: step.on,
    depth,
    text: cut(visible(text)),
  });
  const inner = (steps: readonly Step[]) => dialogueLines(steps, scenario, depth + 1);
  const reply = (otherwise?: string): readonly Line[] => {
    const words = step.expect === undefined ? otherwise : requirementWords(step.expect);
    return words === undefined ? [] : [{ side: 'S', connection: step.on, depth, text: `${words}${asides(step)}` }];
  };
  const check = (label = step.label): readonly Line[] => {
    const [first, ...more] = step.expect === undefined ? [] : requirementParts(step.expect);
    if (first === undefined) return [line('*', `${label}${asides(step)}`)];
    const head = line('*', label);
    if (more.length === 0) return [{ ...head, text: `${head.text}: ${first}${asides(step)}` }];
    const parts = [first, ...more].map((text): Line => ({ side: '*', connection: step.on, depth: depth + 1, text }));
    return [{ ...head, text: `${head.text}:${asides(step)}` }, ...parts];
  };
  switch (step.kind) {
    case 'send':
      return [...sent(step.what).map((text) => line('C', text)), ...reply()];
    case 'expect':
      return reply();
    case 'pipeline':
      return [
        ...step.steps.flatMap(({ what }) => sent(what).map((text) => line('C', text))),
        ...step.steps.flatMap((each) => stepLines(each, scenario, depth).filter(({ side }) => side === 'S')),
      ];
    case 'message':
      return [line('C', messageWords(step.message, step.bdat)), ...reply()];
    case 'starttls':
      return [
        line('C', startTlsCommand(scenario.connections.get(step.on))),
        ...reply('accepts'),
        line('*', handshakeWords(step.fails)),
      ];
    case 'handshake':
      return [line('*', handshakeWords(step.fails))];
    case 'authenticate':
      return [line('C', credentialWords(step.credentials)), ...reply('accepts')];
    case 'close':
      return [line('C', 'closes the connection')];
    case 'reset':
      return [line('C', 'resets the connection')];
    case 'wait':
      return [line('*', `waits ${inUnits(step.for)}`)];
    case 'connect':
      return [line('C', 'connects'), ...reply()];
    case 'eventually':
      return [
        line('*', `within ${inUnits(step.within)}, tried again every ${inUnits(step.every)}:`),
        ...inner(step.dialogue),
      ];
    case 'repeat':
      return [line('*', `${step.times} times:`), ...inner(step.dialogue)];
    // What a fragment does is part of the conversation.
    case 'use':
      return dialogueLines(step.dialogue, scenario, depth);
    case 'port':
      return check(`port ${written(step.host)}:${written(step.port)}`);
    case 'certificate':
      return check(
        step.of === 'connection' ? 'the certificate of this connection' : `the certificate of ${step.of.label}`,
      );
    case 'tls':
      return check(`a handshake with ${step.of.label}${tlsWords(step.tls)}`);
    // As they are written: whose values are paths and commands of one machine.
    case 'dns':
    case 'http':
    case 'maildir':
    case 'log':
    case 'run':
      return check();
  }
}

const otherwiseWords = { skip: 'else the rest does not apply', warn: 'else a warning' } as const;

/** ` (kept as queue_id; else the rest does not apply)` */
function asides({ captures, otherwise }: Step): string {
  const kept = captures.map(({ name }) => `\${${name}}`).join(', ');
  const notes = [
    ...(kept === '' ? [] : [`gives ${kept}`]),
    ...(otherwise === undefined ? [] : [otherwiseWords[otherwise]]),
  ];
  return notes.length === 0 ? '' : ` (${notes.join('; ')})`;
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

/** A literal with what it holds: its octets are counted only when it is sent. */
function partWords(part: CommandPart): string {
  if ('text' in part) return written(part.text);
  const content = typeof part.literal === 'object' && 'file' in part.literal ? 'a file' : `"${written(part.literal)}"`;
  return `{literal${part.plus ? '+' : ''} ${content}}`;
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

/** The protocol's own; where that is not known, the one that most have. */
function startTlsCommand(target: Target | undefined): string {
  const protocol = target && schemeOf(written(target.url))?.protocol;
  return protocol?.starttls?.command ?? 'STARTTLS';
}

function tlsWords({ min, max, ciphers }: TlsOptions): string {
  const versions =
    min === undefined && max === undefined
      ? []
      : [min === max ? `${min}` : `${min ?? 'anything'} to ${max ?? 'the newest'}`];
  const words = [...versions, ...(ciphers === undefined ? [] : [`ciphers ${ciphers}`])];
  return words.length === 0 ? '' : `, ${words.join(', ')}`;
}

function handshakeWords(fails: Fails): string {
  if (fails === false) return 'the TLS handshake succeeds';
  return `the TLS handshake fails${fails === true ? '' : ` with ${patternWords(fails)}`}`;
}

function credentialWords({ mechanism, user }: Credentials): string {
  return `authenticates with ${mechanism}${user === undefined ? '' : ` as ${written(user)}`}`;
}

function cut(text: string): string {
  if (text === '') return '(an empty line)';
  return text.length <= longestSend ? text : `${text.slice(0, longestSend)}… (${text.length} characters)`;
}
