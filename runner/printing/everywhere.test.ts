import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
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

/** Whoever may write what mailspec knows as secrets' forms: written anew here, so that the two are compared. */
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

/** What stands between a secret and the outputs. */
const positions: Readonly<Record<string, (text: string) => string>> = {
  name: (text) => `name: ${text}\n    dialogue: [{ expect: 220 }]`,
  tag: (text) => `name: a\n    tags: [${text}]\n    dialogue: [{ expect: 220 }]`,
  description: (text) => `name: a\n    description: ${text}\n    dialogue: [{ expect: 221 }]`,
  reference: (text) => `name: a\n    references: [${text}]\n    dialogue: [{ expect: 221 }]`,
  skip: (text) => `name: a\n    skip: ${text}\n    dialogue: [{ expect: 220 }]`,
  requires: (text) => `name: a\n    requires: [${text}]\n    dialogue: [{ expect: 220 }]`,
  exclusive: (text) => `name: a\n    exclusive: [${text}]\n    dialogue: [{ expect: 221 }]`,
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
  // What begins or ends with a space is trimmed wherever people write it, and some words stand in every output.
  .map((signs) => `Q${signs.join('').replace(/\s+/g, ' ')}7`);

describe('every output', () => {
  let cwd: string;
  let server: Server;
  /** What the server says to everything. */
  let answer = '';

  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'mailspec-everywhere-'));
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(`220 ready ${answer}\r\n`);
      socket.on('data', () => {
        appendFileSync(join(cwd, 'mail.log'), `server: ${answer}\n`);
        socket.write(`250-${answer}\r\n250 ok\r\n`);
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  after(() => {
    server.close();
    rmSync(cwd, { recursive: true, force: true });
  });

  async function outputs(text: string, secret: string): Promise<string> {
    const { port } = server.address() as AddressInfo;
    writeFileSync(
      join(cwd, 'mailspec.yaml'),
      `scenarios: [a.yaml]\nservers: { mx: "smtp://127.0.0.1:${port}" }\nsecrets: { password: "\${env.PW}" }\nlogs: [mail.log]\nallow: { commands: true }\ntimeout: 300ms\n`,
    );
    writeFileSync(join(cwd, 'a.yaml'), `suite: A\nserver: mx\nscenarios:\n  - ${text}\n`);
    writeFileSync(join(cwd, 'mail.log'), '');
    const reports = join(cwd, 'out');
    rmSync(reports, { recursive: true, force: true });
    const files = ['junit', 'json', 'html', 'ctrf', 'markdown', 'tap', 'github', 'dot'].flatMap((name) => [
      '--reporter',
      `${name}=out/${name}`,
    ]);
    const shown: string[] = [];
    for (const args of [
      ['validate', '--code-quality', 'out/quality'],
      ['list'],
      ['list', '--json'],
      ['run', '--dry-run'],
      ['docs'],
      ['docs', '--format', 'html'],
      ['run', '--reporter', 'spec', ...files, '--attachments', 'out/files', '--var', `password=${secret}`],
      ['run', '--grep', secret],
      ['list', '--tags', `(${secret}`],
    ]) {
      const { stdout, stderr } = await dispatched(args, { cwd, env: { PW: secret } });
      shown.push(stdout, stderr);
    }
    if (existsSync(reports))
      for (const name of readdirSync(reports, { recursive: true, encoding: 'utf8' }))
        if (statSync(join(reports, name)).isFile()) shown.push(readFileSync(join(reports, name), 'utf8'));
    return shown.join('\n');
  }

  /** None of the forms, plain or as a format writes it. */
  function assertHidden(shown: string, secret: string, what: string): void {
    for (const [name, form] of Object.entries(forms)) {
      // Without what neighbours have a part in.
      const text = name.startsWith('base64') ? form(secret).replace(/=+$/, '').slice(4, -4) : form(secret);
      if (name === 'base64 in lines') continue;
      for (const each of new Set([text, JSON.stringify(text).slice(1, -1), forms['html']?.(text) ?? '']))
        assert.ok(!shown.includes(each), `${what}, ${name}: ${each}\n${shown}`);
    }
  }

  for (const [where, scenario] of Object.entries(positions)) {
    it(`shows no secret that stands in a scenario: ${where}`, async () => {
      await fc.assert(
        fc.asyncProperty(secrets, fc.constantFrom('literal', 'variable'), async (secret, as) => {
          answer = 'hello';
          const text = as === 'literal' ? JSON.stringify(secret) : '"${password}"';
          assertHidden(await outputs(scenario(text), secret), secret, `${where}, ${as}`);
        }),
        { numRuns: 3 },
      );
    });
  }

  for (const [name, form] of Object.entries(forms)) {
    it(`shows no secret that a server, its log or a program writes: ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(secrets, async (secret) => {
          answer = form(secret).replace(/\r\n/g, '\r\n250-');
          const steps = `name: a\n    dialogue:\n      - expect: { code: 220, text: other }\n        otherwise: warn\n      - send: NOOP\n        expect: { code: 250, lines: { exactly: [other] } }\n        otherwise: warn\n      - run: { command: [printf, "%s", ${JSON.stringify(form(secret))}] }\n        expect: { stdout: other }`;
          const shown = await outputs(steps, secret);
          assertHidden(shown.replaceAll('250-', ''), secret, name);
        }),
        { numRuns: 2 },
      );
    });
  }
});
