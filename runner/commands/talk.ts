import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { decodeResponse } from '../authoring/credentials.ts';
import type { Did } from '../authoring/exchange.ts';
import { type Came, isEnd } from '../authoring/expectation.ts';
import { measured } from '../duration.ts';
import { decodeText } from '../encoding.ts';
import { unannouncedEnd } from '../engine/awaited-end.ts';
import { StepFailure } from '../engine/failure.ts';
import { systemReason } from '../phrase.ts';
import { createRedactor } from '../printing/redact.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Answer } from '../talk/answer.ts';
import { completions } from '../talk/completion.ts';
import { awaitsMessage, type LiteralPiece, literalCommand, readTyped } from '../talk/input.ts';
import { Talk } from '../talk/session.ts';
import { actualWords } from '../words/actual.ts';
import { problemWords } from '../words/problem.ts';
import { fullName } from './client-name.ts';
import type { Main } from './command.ts';
import { refuseExisting } from './configuration-file.ts';
import { givenSecrets } from './password.ts';
import { probe, serverFrom, urlOf, withTls } from './single-server.ts';
import { dotCommands, save } from './talk-commands.ts';
import { createDisplay } from './talk-display.ts';
import { editText } from './talk-editor.ts';
import { openLines } from './talk-input.ts';
import { perform } from './talk-perform.ts';
import type { TalkState } from './talk-state.ts';
import { requestedTls } from './tls-arguments.ts';

export const main: Main = async (args, terminal) => {
  const server = serverFrom(args, 'talk');
  const file = args.value('save');
  if (file !== undefined) await refuseExisting(file, terminal);
  const plan = await probe(server, 'connect', args, terminal);
  const { protocol } = urlOf(plan, server);
  const [scenario] = plan.scenarios;
  if (scenario === undefined) return 2;
  const secrets = await givenSecrets(args, terminal);
  const given = Object.entries(secrets).map(([name, value]) => ({ name, forms: [value] }));
  const redactor = createRedactor([...plan.secrets, ...given]);
  const display = createDisplay(terminal, redactor);
  const ended = new AbortController();
  terminal.signal.addEventListener('abort', () => ended.abort());
  const talk = new Talk({
    scenario: withTls(scenario, requestedTls(args, terminal)),
    redactor,
    listener: display,
    signal: ended.signal,
    clock: () => performance.now(),
    wall: () => Date.now(),
  });
  let isWaiting = false;
  const lines = openLines({
    terminal,
    display,
    complete: (line) => completions(line, protocol, state.advertised, Object.keys(dotCommands)),
    interrupted() {
      // Nothing can be typed yet, and nothing is lost.
      if (talk.protocol === undefined) ended.abort();
      else if (isWaiting) talk.cancel();
      else display.remark('Ctrl-D leaves');
    },
  });
  const state: TalkState = {
    ...{ talk, server, protocol, args, terminal, display, lines, secrets },
    exchanges: [],
    advertised: new Map(),
    saved: undefined,
    failed: false,
    prompt: '',
    prompted: new Map(),
    hide: (password) => redactor.add('password', password),
    tell: (answer) => tell(state, answer),
  };
  try {
    const busy = async (act: () => Promise<void>) => {
      isWaiting = true;
      await act();
      isWaiting = false;
    };
    await busy(() => begin(state));
    await converse(state, busy);
    if (file !== undefined) await save(state, file);
  } catch (error) {
    if (ended.signal.aborted) return 130;
    if (!(error instanceof StepFailure)) throw error;
    display.finding(problemWords({ headline: error.headline, mismatches: error.mismatches }));
    return error.verdict === 'errored' ? 3 : 1;
  } finally {
    lines.close();
    await talk.close();
  }
  return terminal.signal.aborted ? 130 : state.failed ? 1 : 0;
};

async function begin(state: TalkState): Promise<void> {
  const { talk, protocol, args } = state;
  const answer = await talk.open();
  if (answer.came.length > 0) state.exchanges.push({ did: { kind: 'wait' }, came: answer.came });
  state.tell(answer);
  if (!args.has('starttls')) return;
  const name = args.value('ehlo') ?? fullName(hostname());
  if (protocol.hello !== undefined) await perform(state, { kind: 'line', text: `${protocol.hello} ${name}` });
  await perform(state, { kind: 'starttls' });
}

/** Handles line after line, until the end of the input or `.quit`. */
async function converse(state: TalkState, busy: (act: () => Promise<void>) => Promise<void>): Promise<void> {
  const { lines, talk, protocol, display } = state;
  const promptOf = () => `${protocol.title.toLowerCase().split(' ').at(-1)}${talk.continuing ? '>' : ''}> `;
  for (;;) {
    const line = await lines.next(promptOf());
    if (line === undefined) return;
    const typed = readTyped(line, protocol);
    switch (typed.kind) {
      case 'nothing':
        break;
      case 'command': {
        if (typed.name === 'quit') return;
        const command = Object.hasOwn(dotCommands, typed.name) ? dotCommands[typed.name] : undefined;
        if (command === undefined) display.remark(`There is no ".${typed.name}"; ".help" lists the commands`);
        else await busy(() => command.run(state, typed.args));
        break;
      }
      case 'literals': {
        const contents = await literals(state, typed.pieces);
        if (contents !== undefined) await busy(() => perform(state, literalCommand(typed.pieces, contents)));
        break;
      }
      case 'send': {
        await busy(() => perform(state, typed.did));
        if (isLeft(state, typed.did)) return;
        if (!awaitsMessage(typed.did, protocol, talk.continuing)) break;
        const text = await typedText(state, 'message> ');
        await busy(() => perform(state, { kind: 'message', text }));
      }
    }
  }
}

/** Whether to leave: a person who ends the session at a terminal does, unless the session has not been saved. */
function isLeft({ talk, protocol, args, display, terminal }: TalkState, did: Did): boolean {
  const isFarewell = did.kind === 'line' && did.text.trim().toUpperCase() === protocol.farewell;
  if (!isFarewell || talk.isOpen || terminal.stdin?.isTTY !== true) return false;
  if (args.has('save')) return true;
  display.remark('The session is over: ".save FILE" keeps it, Ctrl-D leaves');
  return false;
}

/** Reads lines up to a single dot; `.edit` continues in an editor. */
async function typedText(state: TalkState, prompt: string): Promise<string> {
  const { lines, display } = state;
  display.remark('A single dot ends the text; ".edit" opens an editor');
  const typed: string[] = [];
  const text = () => typed.map((line) => `${line}\n`).join('');
  for (let line = await lines.next(prompt); line !== undefined && line !== '.'; line = await lines.next(prompt)) {
    const edited = line === '.edit' ? await editText(state, text()) : undefined;
    if (edited !== undefined) return edited;
    if (line !== '.edit') typed.push(line);
  }
  return text();
}

async function literals(state: TalkState, pieces: readonly LiteralPiece[]): Promise<readonly string[] | undefined> {
  const contents: string[] = [];
  for (const piece of pieces) {
    if ('typed' in piece) contents.push((await typedText(state, 'literal> ')).replaceAll('\n', '\r\n'));
    if (!('file' in piece)) continue;
    try {
      const text = await readFile(resolve(state.terminal.cwd, piece.file), 'utf8');
      contents.push(text.replace(/\r?\n/g, '\r\n'));
    } catch (error) {
      state.display.remark(`Cannot read "${piece.file}": ${systemReason(error)}`);
      return undefined;
    }
  }
  return contents;
}

function tell(state: TalkState, { came, findings, failure, cancelled, took }: Answer): void {
  const { display, protocol } = state;
  const isOver = failure !== undefined || came.some(isEnd);
  state.prompt = isOver || protocol.replies.framedBy === 'expectation' ? display.flush() : '';
  for (const each of came) {
    const challenge = challengeOf(each, protocol);
    if (challenge !== undefined) display.remark(`the challenge says ${JSON.stringify(challenge)}`);
  }
  if (took !== undefined && came.some((each) => !isEnd(each))) display.remark(measured(took));
  if (cancelled) display.remark('You ended the wait');
  if (came.includes('truncated')) {
    // After QUIT or LOGOUT no data is lost, so a script need not be warned.
    const { name, message, rule } = unannouncedEnd;
    display.finding(`${name}: ${message} (${rule})`);
  }
  for (const { name, message, rule, evidence } of findings) {
    display.finding(`${name}: ${message} (${rule}): ${JSON.stringify(decodeText(evidence))}`);
    state.failed = true;
  }
  if (failure === undefined) return;
  display.finding(problemWords({ headline: failure.headline, mismatches: failure.mismatches }));
  for (const mismatch of failure.mismatches) display.finding(`  ${actualWords(mismatch)}`);
  state.failed = true;
}

/** The decoded challenge, since people misread base64. */
function challengeOf(came: Came, { sasl }: Protocol): string | undefined {
  const text = isEnd(came) ? undefined : sasl?.challenge(came);
  const decoded = text === undefined || text === '' ? undefined : decodeResponse(text);
  return decoded === '' ? undefined : decoded;
}
