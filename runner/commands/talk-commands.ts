import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Exchange } from '../authoring/exchange.ts';
import { isEnd } from '../authoring/expectation.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { evaluate } from '../engine/expectation.ts';
import { messageOf, systemReason } from '../phrase.ts';
import { mechanismNames, needsOf } from '../protocol/sasl.ts';
import { calledAs } from './called-as.ts';
import { askPassword } from './password.ts';
import { probe } from './single-server.ts';
import { editText } from './talk-editor.ts';
import { perform } from './talk-perform.ts';
import { asScenario, type TalkState } from './talk-state.ts';

interface DotCommand {
  readonly usage: string;
  readonly help: string;
  readonly run: (state: TalkState, args: readonly string[]) => Promise<void>;
}

/** By name, without the dot. */
export const dotCommands: Readonly<Record<string, DotCommand>> = {
  starttls: {
    usage: '',
    help: 'starts TLS (STARTTLS, or STLS in POP3)',
    run: (state) => perform(state, { kind: 'starttls' }),
  },
  auth: { usage: 'MECHANISM USER', help: 'logs in; asks for the password', run: authenticate },
  message: { usage: 'FILE', help: 'sends DATA, and then a message from a file', run: sendFile },
  edit: { usage: '', help: 'sends a message that you write in your editor ($VISUAL, $EDITOR)', run: sendEdited },
  raw: {
    usage: 'TEXT',
    help: 'sends exactly this; \\r, \\n, \\t, \\0 and \\xff are octets',
    run: (state, args) => perform(state, { kind: 'raw', octets: unescaped(args.join(' ')) }),
  },
  wait: { usage: '', help: 'waits for what the server says unasked; Ctrl-C ends it', run: waitUnasked },
  expect: {
    usage: 'EXPECTATION',
    help: 'what the last reply must be in the saved scenario: 250, 5xx, /text/',
    run: pin,
  },
  undo: { usage: '', help: 'leaves the last step out of the saved scenario', run: undo },
  save: { usage: 'FILE', help: 'writes what was done as a scenario', run: (state, [file]) => save(state, file) },
  tls: { usage: '', help: 'what is known about the encryption and the certificate', run: showTls },
  reconnect: { usage: '', help: 'closes the connection and opens a new one', run: reconnect },
  help: { usage: '', help: 'this list', run: help },
  quit: { usage: '', help: 'leaves; Ctrl-D does the same', run: async () => undefined },
};

async function help({ display }: TalkState): Promise<void> {
  for (const [name, { usage, help: text }] of Object.entries(dotCommands)) {
    display.remark(`${`.${name} ${usage}`.padEnd(22)} ${text}`);
  }
  display.remark('A line that begins with two dots is sent with one.');
}

async function authenticate(state: TalkState, [name = '', user]: readonly string[]): Promise<void> {
  const { display, lines } = state;
  const mechanism = mechanismNames.find((each) => each.toLowerCase() === name.toLowerCase());
  if (mechanism === undefined)
    return display.remark(`Write ".auth MECHANISM USER"; there are ${mechanismNames.join(', ')}`);
  const needs = needsOf(mechanism);
  if (needs.includes('user') && user === undefined) return display.remark(`Write ".auth ${name} USER"`);
  const key = needs.find((each) => each === 'password' || each === 'token');
  const secret = key === undefined ? undefined : (state.secrets[key] ?? (await lines.aside(() => ask(state, user))));
  if (key !== undefined && secret === undefined) return;
  if (secret !== undefined) state.hide(secret);
  const credentials = { ...(user !== undefined && { user }), ...(key !== undefined && { [key]: secret }) };
  await perform(state, { kind: 'login', mechanism, credentials });
}

async function ask({ terminal, display }: TalkState, user = ''): Promise<string | undefined> {
  try {
    return await askPassword(user, terminal);
  } catch (error) {
    display.finding(messageOf(error));
    return undefined;
  }
}

async function sendFile(state: TalkState, [file]: readonly string[]): Promise<void> {
  const { display, terminal, talk } = state;
  if (file === undefined) return display.remark('Write ".message FILE"');
  let text: string;
  try {
    text = (await readFile(resolve(terminal.cwd, file), 'utf8')).replaceAll('\r\n', '\n');
  } catch (error) {
    return display.remark(`Cannot read "${file}": ${systemReason(error)}`);
  }
  if (!talk.continuing) await perform(state, { kind: 'line', text: 'DATA' });
  if (talk.continuing) await perform(state, { kind: 'message', text });
}

/** The beginning of the message in the editor, with the addresses of this session. */
function draft({ exchanges }: TalkState): string {
  const lines = exchanges.flatMap(({ did }) => (did.kind === 'line' ? [did.text] : []));
  const pathAfter = (command: RegExp) =>
    /<([^>]*)>/.exec(lines.findLast((line) => command.test(line)) ?? '')?.[1] ?? '';
  return `From: ${pathAfter(/^MAIL FROM:/i)}\nTo: ${pathAfter(/^RCPT TO:/i)}\nSubject: \n\n`;
}

async function sendEdited(state: TalkState): Promise<void> {
  const { display, talk, protocol } = state;
  if (!protocol.transfersMail)
    return display.remark('Write a command with a literal, such as "APPEND INBOX {}", and then ".edit"');
  const begun = draft(state);
  const text = await editText(state, begun);
  if (text === undefined) return;
  if (text === begun || text.trim() === '') return display.remark('Nothing is sent: the message is as it was');
  if (!talk.continuing) await perform(state, { kind: 'line', text: 'DATA' });
  if (talk.continuing) await perform(state, { kind: 'message', text });
}

function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([rnt0\\]))/g, (_, hex: string | undefined, name: string) =>
    hex === undefined ? (named[name] ?? name) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

async function waitUnasked(state: TalkState): Promise<void> {
  const answer = await state.talk.wait();
  if (answer.came.length > 0) state.exchanges.push({ did: { kind: 'wait' }, came: answer.came });
  state.tell(answer);
}

async function pin(state: TalkState, words: readonly string[]): Promise<void> {
  const { display, exchanges, server, args, terminal } = state;
  const wanted = words.join(' ');
  const last = exchanges.findLast(({ came }) => came.length > 0);
  const [reply] = last?.came ?? [];
  if (last === undefined || reply === undefined || wanted === '')
    return display.remark('Write ".expect 250" after a reply');
  try {
    const plan = await probe(server, { expect: wanted }, args, terminal);
    const expectation = plan.scenarios[0]?.dialogue[0]?.expect;
    const scope = { expand: (text: unknown) => String(text), capture() {} };
    const isMet =
      expectation !== undefined &&
      (isEnd(reply)
        ? reply === 'closed' && expectation.kind === 'closed'
        : evaluate(expectation, reply, { scope, elapsed: 0 }).mismatches.length === 0);
    if (!isMet) return display.remark(`The last reply does not match "${wanted}"`);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return display.remark(
      error.diagnostics.map(({ message, hint }) => `${message}${hint ? `: ${hint}` : ''}`).join('; '),
    );
  }
  const pinned: Exchange = { ...last, pinned: wanted };
  exchanges[exchanges.lastIndexOf(last)] = pinned;
}

async function undo({ exchanges, display }: TalkState): Promise<void> {
  const last = exchanges.pop();
  display.remark(
    last === undefined ? 'There is nothing to undo' : 'The last step is not saved; the server has seen it',
  );
}

/** Writes the scenario. Does not overwrite files that this session has not written. */
export async function save(state: TalkState, file: string | undefined): Promise<void> {
  const { terminal, display } = state;
  if (file === undefined) return display.remark('Write ".save FILE.yaml"');
  const path = resolve(terminal.cwd, file);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere && state.saved !== path) {
    state.failed = true;
    return display.finding(`Cannot save: "${file}" exists`);
  }
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, asScenario(state));
    state.saved = path;
    display.remark(`Saved. Run it with: ${calledAs(terminal)} run ${file}`);
  } catch (error) {
    display.finding(`Cannot save "${file}": ${systemReason(error)}`);
    state.failed = true;
  }
}

async function showTls({ talk, display }: TalkState): Promise<void> {
  const { tls } = talk;
  if (tls === undefined) return display.remark('The connection is not encrypted');
  display.remark(`${tls.protocol} ${tls.cipher}`);
  if (!tls.authorized) display.finding(`The certificate is not trusted: ${tls.authorizationError ?? 'unknown reason'}`);
  for (const { subject, issuer, altNames, validFrom, validTo, key, fingerprint256 } of tls.chain) {
    const [from, to] = [validFrom, validTo].map((time) => new Date(time).toISOString().slice(0, 10));
    display.remark(`certificate ${subject}, issued by ${issuer}, ${key}, valid from ${from} to ${to}`);
    if (altNames.length > 0) display.remark(`  for ${altNames.join(', ')}`);
    display.remark(`  SHA-256 ${fingerprint256}`);
  }
}

async function reconnect(state: TalkState): Promise<void> {
  if (state.talk.isOpen) {
    await state.talk.close();
    state.exchanges.push({ did: { kind: 'close' }, came: [] });
  }
  const answer = await state.talk.open();
  if (answer.came.length > 0) state.exchanges.push({ did: { kind: 'wait' }, came: answer.came });
  state.tell(answer);
}
