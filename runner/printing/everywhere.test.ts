import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { whole } from '../../fixtures/testing/long.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';

/** The forms in which secrets are known to be written, implemented independently so that the two can be compared. */
const forms: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  latin1: (text) => Buffer.from(text).toString('latin1'),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 after one octet': (text) => Buffer.from(`\0${text}`).toString('base64'),
  'base64 after two': (text) => Buffer.from(`\0u${text}`).toString('base64'),
  'base64 in lines': (text) =>
    Buffer.from(`${'u'.repeat(50)}${text}`)
      .toString('base64')
      .replace(/.{60}/g, '$&\r\n'),
  hex: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  md5: (text) => createHash('md5').update(text).digest('hex'),
  sha1: (text) => createHash('sha1').update(text).digest('hex'),
  sha256: (text) => createHash('sha256').update(text).digest('base64'),
  sha512: (text) => createHash('sha512').update(text).digest('hex'),
  percent: encodeURIComponent,
  form: (text) => new URLSearchParams({ '': text }).toString().slice(1),
  html: (text) =>
    text.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '&#39;'),
  'numeric entities': (text) => text.replace(/[^a-z0-9]/giu, (sign) => `&#x${sign.codePointAt(0)?.toString(16)};`),
  json: (text) => JSON.stringify(text).slice(1, -1),
  shell: (text) => text.replaceAll("'", "'\\''"),
  'quoted-printable': (text) =>
    Buffer.from(text)
      .toString('latin1')
      .replace(/[^!-<>-~]/g, (octet) => `=${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`),
  'soft line breaks': (text) => text.replace(/^.{3}/u, '$&=\r\n'),
  folded: (text) => text.replace(/^.{3}/u, '$&\r\n '),
  utf16: (text) => Buffer.from(text, 'utf16le').toString('base64'),
  quoted: (text) => text.replace(/["\\]/g, '\\$&'),
};

/** Where a secret may appear in a scenario. */
const positions: Readonly<Record<string, (text: string) => string>> = {
  name: (text) => `name: ${text}\n    dialogue: [{ expect: 220 }]`,
  tag: (text) => `name: a\n    tags: [${text}]\n    dialogue: [{ expect: 220 }]`,
  description: (text) => `name: a\n    description: ${text}\n    dialogue: [{ expect: 221 }]`,
  reference: (text) => `name: a\n    references: [${text}]\n    dialogue: [{ expect: 221 }]`,
  skip: (text) => `name: a\n    skip: ${text}\n    dialogue: [{ expect: 220 }]`,
  requires: (text) => `name: a\n    requires: [${text}]\n    dialogue: [{ expect: 220 }]`,
  exclusive: (text) => `name: a\n    exclusive: [${text}]\n    dialogue: [{ expect: 221 }]`,
  shared: (text) => `name: a\n    shared: [${text}]\n    dialogue: [{ expect: 221 }]`,
  issue: (text) => `name: a\n    known_issue: { reason: ${text} }\n    dialogue: [{ expect: 221 }]`,
  server: (text) => `name: a\n    server: ${text}\n    dialogue: [{ expect: 220 }]`,
  timeout: (text) => `name: a\n    timeout: ${text}\n    dialogue: [{ expect: 220 }]`,
  each: (text) => `name: a \${x}\n    each: { x: [${text}] }\n    dialogue: [{ expect: 221 }]`,
  key: (text) => `name: a\n    ${text}: 1\n    dialogue: [{ expect: 220 }]`,
  action: (text) => `name: a\n    dialogue: [{ ${text}: 1 }]`,
  send: (text) => `name: a\n    dialogue: [{ expect: 220 }, { send: ${text}, expect: 550 }]`,
  expectation: (text) => `name: a\n    dialogue: [{ expect: { code: 220, text: ${text} } }]`,
  matcher: (text) => `name: a\n    dialogue: [{ expect: { lines: { exactly: [a, { not: { contains: ${text} } }] } } }]`,
  code: (text) => `name: a\n    dialogue: [{ expect: { code: ${text} } }]`,
  file: (text) => `name: a\n    dialogue: [{ expect: 220 }, { message: { file: ${text} } }]`,
  fragment: (text) => `name: a\n    dialogue: [{ expect: 220 }, { use: ${text} }]`,
  label: (text) => `name: a\n    dialogue: [{ name: ${text}, expect: 221 }]`,
  variable: (text) =>
    `name: a\n    variables: { v: ${text} }\n    dialogue: [{ expect: 220 }, { send: "\${v}", expect: 550 }]`,
  header: (text) =>
    `name: a\n    dialogue: [{ expect: 220 }, { message: { from: a@b.example, subject: ${text}, text: ${text} }, expect: 550 }]`,
  url: (text) => `name: a\n    dialogue: [{ http: ${text}, expect: 200 }]`,
  program: (text) =>
    `name: a\n    dialogue: [{ run: { command: [printf, "%s", ${text}] }, expect: { stdout: other } }]`,
  error: (text) => `name: a\n    dialogue: [{ run: { command: [sh, -c, 'printf "%s" "$0" >&2; exit 3', ${text}] } }]`,
  dns: (text) =>
    `name: a\n    dialogue: [{ dns: { name: ${text}, type: A, resolver: "127.0.0.1:1" }, timeout: 20ms, expect: NOERROR }]`,
};

const secrets = fc
  .array(fc.constantFrom(...'ABCdefgh234 !"\'<>&%=+\\/;:äß€#`*_-~'), { minLength: 9, maxLength: 16 })
  // Spaces at the ends are trimmed wherever people write them, and some words appear in every output.
  .map((signs) => `Q${signs.join('').replace(/\s+/g, ' ')}7`);

/** Names of servers cannot contain spaces. */
const nameOf = (form: string) => form.replaceAll(' ', '-');

interface Played {
  readonly server: string;
  readonly scenario: string;
}

/**
 * Two scenarios for each position: the secret literally, and as a variable that the configuration declares secret.
 * `npm test` runs one of the two, in turns.
 */
function inEveryPosition(secret: string): readonly Played[] {
  const texts = [JSON.stringify(secret), '"${password}"'];
  return texts.flatMap((text, at) =>
    Object.values(positions)
      .filter((_, index) => whole() || index % 2 === at)
      .map((position) => ({ server: 'plain', scenario: position(text) })),
  );
}

/** One scenario for each form, which the server sends, its log contains, and a program prints. */
function inEveryForm(secret: string): readonly Played[] {
  return Object.entries(forms).map(([name, form]) => ({
    server: nameOf(name),
    scenario: `name: a
    dialogue:
      - expect: { code: 220, text: other }
        otherwise: warn
      - send: NOOP
        expect: { code: 250, lines: { exactly: [other] } }
        otherwise: warn
      - run: { command: [printf, "%s", ${JSON.stringify(form(secret))}] }
        expect: { stdout: other }`,
  }));
}

const reporters = [
  ...['junit', 'json', 'html', 'ctrf', 'markdown', 'tap', 'github', 'dot'],
  ...['sarif', 'code-quality', 'nagios', 'openmetrics'],
];

const commands = (secret: string, gather: boolean): readonly (readonly string[])[] => [
  ['validate', '--code-quality', 'out/quality'],
  ['list'],
  ['list', '--json'],
  ['run', '--dry-run'],
  ['docs'],
  ['docs', '--format', 'html'],
  [
    ...['run', '--reporter', 'spec', ...reporters.flatMap((name) => ['--reporter', `${name}=out/${name}`])],
    ...['--attachments', 'out/files', ...(gather ? ['--gather', 'out/gathered'] : []), '--var', `password=${secret}`],
  ],
  ['run', '--grep', secret],
  ['list', '--tags', `(${secret}`],
];

/** A project with servers for one secret at a time. Runs the program hundreds of times. Call it in a `describe`. */
function aProject({ gather = true } = {}) {
  let cwd: string;
  /** One server for each form of the secret, by the form's name. */
  let servers: Readonly<Record<string, Server>>;
  let secret = '';

  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'mailspec-everywhere-'));
    servers = Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, serverThatSays(form)]));
    await Promise.all(Object.values(servers).map((server) => once(server, 'listening')));
  });
  after(() => {
    for (const server of Object.values(servers)) server.close();
    rmSync(cwd, { recursive: true, force: true });
  });

  function serverThatSays(form: (text: string) => string): Server {
    const server = createServer((socket) => {
      const answer = form(secret).replace(/\r\n/g, '\r\n250-');
      socket.on('error', () => undefined);
      socket.write(`220 ready ${answer}\r\n`);
      socket.on('data', () => {
        appendFileSync(join(cwd, 'mail.log'), `server: ${answer}\n`);
        socket.write(`250-${answer}\r\n250 ok\r\n`);
      });
    });
    return server.listen(0, '127.0.0.1');
  }

  function write(played: readonly Played[]): void {
    const urls = Object.entries(servers).map(([name, server]) => [
      nameOf(name),
      `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ]);
    const config = {
      scenarios: ['scenarios'],
      servers: Object.fromEntries(urls),
      secrets: { password: '${env.PW}' },
      // Each program that --gather runs prints the secret; some of those installed here may take seconds.
      variables: { gather_in: `printf '%s' '${forms['shell']?.(secret)}' #` },
      logs: ['mail.log'],
      allow: { commands: true },
      timeout: '300ms',
    };
    writeFileSync(join(cwd, 'mailspec.yaml'), JSON.stringify(config));
    rmSync(join(cwd, 'scenarios'), { recursive: true, force: true });
    mkdirSync(join(cwd, 'scenarios'));
    for (const [index, { server, scenario }] of played.entries())
      writeFileSync(
        join(cwd, 'scenarios', `${index}.yaml`),
        `suite: A\nserver: ${server}\nscenarios:\n  - ${scenario}\n`,
      );
    writeFileSync(join(cwd, 'mail.log'), '');
  }

  /** Everything that every command, or only some, print and write. */
  async function outputs(isAsked: (args: readonly string[]) => boolean = () => true): Promise<string> {
    rmSync(join(cwd, 'out'), { recursive: true, force: true });
    mkdirSync(join(cwd, 'out'));
    const shown: string[] = [];
    for (const args of commands(secret, gather).filter(isAsked)) {
      const { stdout, stderr } = await dispatched(args, { cwd, env: { PW: secret } });
      shown.push(stdout, stderr);
    }
    for (const name of readdirSync(join(cwd, 'out'), { recursive: true, encoding: 'utf8' }))
      if (statSync(join(cwd, 'out', name)).isFile()) shown.push(readFileSync(join(cwd, 'out', name), 'utf8'));
    return shown.join('\n');
  }

  /** Removes files with errors, since otherwise nothing would run, and returns how many are left. */
  function removeWrong(): number {
    const quality = JSON.parse(readFileSync(join(cwd, 'out', 'quality'), 'utf8'));
    for (const { location } of quality) rmSync(join(cwd, location.path), { force: true });
    return readdirSync(join(cwd, 'scenarios')).length;
  }

  /** Asserts that no form is shown, neither plain nor as an output format writes it. */
  function assertHidden(shown: string): void {
    for (const [name, form] of Object.entries(forms)) {
      // Without the characters that encode neighboring octets, too.
      const text = name.startsWith('base64') ? form(secret).replace(/=+$/, '').slice(4, -4) : form(secret);
      if (name === 'base64 in lines') continue;
      for (const each of new Set([text, JSON.stringify(text).slice(1, -1), forms['html']?.(text) ?? ''])) {
        const at = shown.indexOf(each);
        assert.ok(at < 0, `${name}: ${each}\n${shown.slice(Math.max(at - 2000, 0), at + 2000)}`);
      }
    }
  }

  return {
    use(each: string): void {
      secret = each;
    },
    write,
    outputs,
    removeWrong,
    assertHidden,
  };
}

describe('every output', () => {
  const it = itSideBySide(2);
  // Gathering starts many programs. What is gathered goes through the same filter as all other output.
  const [one, other] = [aProject(), aProject({ gather: whole() })];

  it('shows no secret that is anywhere in a scenario', async () => {
    const { use, write, outputs, removeWrong, assertHidden } = one;
    await fc.assert(
      fc.asyncProperty(secrets, async (each) => {
        use(each);
        const all = inEveryPosition(each);
        write(all);
        // Every command reports the errors of files in the same way.
        assertHidden(await outputs(([name]) => whole() || name === 'validate' || name === 'run'));
        const right = removeWrong();
        assert.ok(right > all.length / 2 && right < all.length, `${right} of ${all.length} can run`);
        assertHidden(await outputs());
      }),
      { numRuns: 1 },
    );
  });

  it('shows no secret that a server, its log or a program writes in any form', async () => {
    const { use, write, outputs, assertHidden } = other;
    await fc.assert(
      fc.asyncProperty(secrets, async (each) => {
        use(each);
        write(inEveryForm(each));
        const shown = await outputs();
        assertHidden(shown.replaceAll('250-', ''));
      }),
      // The example contains encoded characters, and other characters of it are encoded.
      whole() ? { numRuns: 2, examples: [['QAA=AAAAAA7']] } : { numRuns: 1 },
    );
  });
});
