import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { mapTexts } from './deep.ts';
import { createGate } from './gate.ts';
import { inert } from './inert.ts';

/** Commands to terminals and CI servers, and markup of Markdown and HTML. */
const payloads = [
  '\x1b[2J\x1b]0;title\x07',
  '\x9b31m',
  '\u202egnp.exe',
  '::error file=a.yaml::pwned',
  '::add-mask::x',
  '##vso[task.setvariable variable=x]y',
  '##[error]pwned',
  "##teamcity[testFailed name='x']",
  '[[ATTACHMENT|/etc/passwd]]',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  '![x](https://evil.example/pixel)',
  'https://evil.example/"><script>alert(1)</script>',
  'javascript:alert(1)',
];

/** What no output may contain, in any format. */
const alive: readonly RegExp[] = [
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/,
  /^\s*::(?!(?:error|warning) [^\n]*title=)[a-z]/im,
  /##[a-z]*\[/i,
  // Our own links lead to files of the report.
  /\[\[[A-Z]+\|(?!out\/files\/)/,
];

describe('no output drives a terminal or a CI server', () => {
  let cwd: string;
  let server: Server;
  let answer = '';
  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'mailspec-inert-'));
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(`220 ${answer}\r\n`);
      socket.on('data', () => socket.write(`250-${answer}\r\n250 ok\r\n`));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  after(() => {
    server.close();
    rmSync(cwd, { recursive: true, force: true });
  });

  for (const payload of payloads) {
    it(`with ${JSON.stringify(payload)}`, async () => {
      const text = JSON.stringify(payload);
      answer = payload;
      const { port } = server.address() as AddressInfo;
      const config = (services: string) =>
        `scenarios: [a.yaml]\nservers: { mx: "smtp://127.0.0.1:${port}" }\nallow: { commands: true }\ntimeout: 1s\n${services}`;
      writeFileSync(join(cwd, 'mailspec.yaml'), config(''));
      writeFileSync(
        join(cwd, 'a.yaml'),
        [
          `suite: ${text}`,
          `description: ${text}`,
          `references: [${text}]`,
          'server: mx',
          'scenarios:',
          `  - name: ${text}`,
          `    description: ${text}`,
          `    references: [${text}, RFC 5321]`,
          '    dialogue:',
          `      - expect: { code: 220, text: { equals: ${JSON.stringify(`${payload}x`)} } }`,
          '        otherwise: warn',
          '      - send: NOOP',
          `        name: ${text}`,
          '        expect: 550',
          '  - name: skipped',
          `    skip: ${text}`,
          '    dialogue: [{ expect: 220 }]',
          '  - name: known',
          `    known_issue: { reason: ${text} }`,
          '    dialogue: [{ expect: 221 }]',
          '  - name: a program',
          `    dialogue: [{ run: { command: [sh, -c, 'printf "%s\\n" "$0"; printf "%s\\n" "$0" >&2; exit 3', ${text}] } }]`,
          '',
        ].join('\n'),
      );
      const env = { PATH: process.env['PATH'] ?? '', NO_COLOR: '1' };
      const reports = join(cwd, 'out');
      rmSync(reports, { recursive: true, force: true });
      const names = ['junit', 'json', 'html', 'ctrf', 'markdown', 'tap', 'github', 'dot'];
      const outputs: [what: string, text: string][] = [];
      const play = async (...args: readonly string[]) => {
        const { stdout, stderr } = await dispatched(args, { cwd, env });
        outputs.push([args.join(' '), stdout], [`${args.join(' ')} (stderr)`, stderr]);
      };
      for (const args of [['list'], ['list', '--json'], ['run', '--dry-run'], ['docs'], ['docs', '--format', 'html']])
        await play(...args);
      await play(
        'run',
        ...['spec', ...names.map((name) => `${name}=out/${name}`)].flatMap((each) => ['--reporter', each]),
        '--attachments',
        'out/files',
      );
      await play('run', payload);
      writeFileSync(
        join(cwd, 'mailspec.yaml'),
        config(`services: [{ name: x, start: [sh, -c, 'printf "%s\\n" "$0"; exit 3', ${text}], ready: /never/ }]\n`),
      );
      await play('run');
      writeFileSync(
        join(cwd, 'a.yaml'),
        `suite: ${text}\n${text}: 1\nscenarios: [{ name: a, timeout: ${text}, dialogue: [{ expect: 220 }] }]\n`,
      );
      await play('validate');
      if (existsSync(reports))
        for (const name of readdirSync(reports, { recursive: true, encoding: 'utf8' }))
          if (statSync(join(reports, name)).isFile()) outputs.push([name, readFileSync(join(reports, name), 'utf8')]);
      for (const [what, whole] of outputs) {
        for (const order of alive) assert.doesNotMatch(whole, order, what);
        // Markdown has no markup inside a code fence.
        const fenced = what === 'docs' ? whole.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '') : whole;
        // The page has one script of its own.
        const shown = what === 'html' ? fenced.replace(/<script>.*?<\/script>/s, '') : fenced;
        if (/^(?:docs|docs --format html|html)$/.test(what))
          assert.doesNotMatch(shown, /(?<!\\)<(?:script|img)\b|href="javascript:/i, what);
        if (what === 'docs') assert.doesNotMatch(shown, /(?<!\\)\]\((?:javascript:|https:\/\/evil)/, what);
        if (what === 'list --json') assert.equal((JSON.parse(shown) as { suite: string }[])[0]?.suite, payload);
      }
    });
  }

  it('inert() leaves what is none', () => {
    for (const text of ['a::b', '2001:db8::1', '## Heading', 'x #[a]', '[[a]]']) assert.equal(inert(text), text);
  });

  it('createGate() hides what it has learnt, and keeps lines', () => {
    const gate = createGate();
    assert.equal(gate.shown('s3cret\n\x1b[0m'), 's3cret\n\\x1b[0m');
    gate.learn([{ name: 'p', forms: ['s3cret'] }]);
    gate.learn([{ name: 'q', forms: ['other'] }]);
    assert.equal(gate.shown('s3cret other\n##[x]\n'), '«p» «q»\n# #[x]\n');
  });

  it('mapTexts() reaches every string, and leaves the words of this program', () => {
    const data = { kind: 'a', text: 'a', list: ['a', { deep: 'a', code: 'a' }], number: 1 };
    assert.deepEqual(
      mapTexts(data, () => 'b'),
      { kind: 'a', text: 'b', list: ['b', { deep: 'b', code: 'a' }], number: 1 },
    );
    assert.equal(
      mapTexts(data, (text) => text),
      data,
    );
  });
});
