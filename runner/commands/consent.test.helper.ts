import { PassThrough } from 'node:stream';
import { ownAddress } from '../../fixtures/testing/own-address.ts';
import { type Peer, type Script, smtpScript } from '../../fixtures/testing/peer.ts';
import { dispatch } from './dispatch.ts';

/** The account of these tests. */
export const user = 'alice@example.test';
export const password = 'wonderland';

/** What others may notice: the beginning of a message at the MX, which refuses it, and refused logins by IMAP. */
export interface Noticed {
  readonly mail: boolean;
  readonly failedLogins: boolean;
}

/** What options permit where nobody can be asked. */
export const withoutTerminal: readonly (readonly [options: readonly string[], permitted: Noticed, title: string])[] = [
  [[], { mail: false, failedLogins: false }, 'sends no mail and fails no login where there is nobody to ask'],
  [['--yes'], { mail: true, failedLogins: true }, 'does both without asking with "--yes"'],
  [['--yes', '--no-mail'], { mail: false, failedLogins: true }, 'sends no mail with "--no-mail"'],
  [['--yes', '--no-failed-logins'], { mail: true, failedLogins: false }, 'fails no login with "--no-failed-logins"'],
];

/** An MX and an IMAP server, which accepts logins in clear text, on an address of their own. */
export async function noticing(listen: (script: Script, options: { readonly host: string }) => Promise<Peer>) {
  const host = ownAddress();
  let failedLogins = false;
  const imapServer = imapScript(() => {
    failedLogins = true;
  });
  const [mx, imap] = await Promise.all([
    listen(smtpScript({ DATA: '554 5.7.1 No' }), { host }),
    listen(imapServer, { host }),
  ]);
  return {
    servers: { mx: mx.url('smtp'), imap: imap.url('imap') },
    noticed: (): Noticed => ({ mail: mx.talks.some(({ received }) => /^DATA\r$/im.test(received)), failedLogins }),
  };
}

/** Refuses every login but that of the account. */
const imapScript =
  (onRefusal: () => void): Script =>
  async (talk) => {
    talk.write('* OK ready\r\n');
    for (;;) {
      const [tag = '', command = '', ...more] = (await talk.line()).split(' ');
      const name = command.toUpperCase();
      if (name === 'CAPABILITY') talk.write('* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n');
      if (name === 'AUTHENTICATE') talk.write('+ \r\n');
      const login =
        name === 'AUTHENTICATE'
          ? Buffer.from(await talk.line(), 'base64').toString()
          : more.join(' ').replaceAll('"', '');
      const isRefused = /^(?:AUTHENTICATE|LOGIN)$/.test(name) && !rightLogins.includes(login);
      if (isRefused) onRefusal();
      talk.write(`${tag} ${isRefused ? 'NO no such login' : 'OK done'}\r\n`);
    }
  };

const rightLogins = [`${user} ${password}`, `\0${user}\0${password}`];

/** Runs `mailspec` on a terminal, where a person gives these answers in order, and returns the questions. */
export async function onTerminal(
  args: readonly string[],
  answers: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = new PassThrough();
  const questions: string[] = [];
  let shown = '';
  for (const stream of [stdout, stderr])
    stream.on('data', (octets: Buffer) => {
      shown += octets.toString();
    });
  stderr.on('data', (octets: Buffer) => {
    for (const [question] of octets.toString().matchAll(/(?:Send|Fail) .*(?= \[y\/N\] )|Password of \S+(?=: )/g)) {
      const answer = answers[questions.length] ?? '';
      questions.push(question);
      // A person answers later than the question is written.
      setImmediate(() => stdin.write(`${answer}\r`));
    }
  });
  const signal = new AbortController().signal;
  const status = await dispatch(args, { cwd, env, stdin, stdout, stderr, signal });
  return { status, questions, shown };
}
