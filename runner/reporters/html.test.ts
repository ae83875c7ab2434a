import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, describeInBrowser, startBrowser } from '../../fixtures/reports/browser.ts';
import { reportOf } from '../../fixtures/reports/collect.ts';
import {
  eventsOf,
  mixed,
  problemAt,
  resultOf,
  scenarioOf,
  spanOf,
  transcript,
} from '../../fixtures/reports/results.ts';
import type { ScenarioResult } from '../result.ts';
import { create } from './html.ts';
import { referenceHtml } from './references.ts';

const page = (results: readonly ScenarioResult[]) => reportOf(create, eventsOf(results));
const source = { path: 'a.yaml', text: '- name: one\n' };

const hostile =
  '</pre></details><script>document.title="owned"</script><img src=x onerror=document.title="owned"><!--"\'><style>*{display:none}</style>&lt;';
/** A scenario in which everything that can be a text is an attack. */
const attack = (): ScenarioResult => {
  const file = { path: `${hostile}.yaml`, text: `${hostile}\n` };
  const span = { file, start: 0, end: 5 };
  return resultOf(
    scenarioOf(
      0,
      hostile,
      { tags: [hostile], references: [hostile, 'javascript:alert(1)'], description: hostile, id: hostile },
      file,
    ),
    'failed',
    {
      problem: problemAt(span, {
        message: hostile,
        hint: hostile,
        mismatches: [{ path: hostile, expected: hostile, actual: hostile }],
      }),
      transcript: transcript([`S ${hostile}`, `C ${hostile}`, `* ${hostile}`], hostile),
      log: [{ file: hostile, text: hostile }],
      warnings: [{ message: hostile }],
    },
  );
};

describe('html', () => {
  it('create() puts the failing expectation where the dialogue broke', async () => {
    const html = await page(mixed);
    const dialogue = html.slice(html.indexOf('AUTH PLAIN «credentials»<'));
    assert.match(
      dialogue,
      /334 VXNlcm5hbWU6[\s\S]*<li class="problem"><p><strong>reply to[\s\S]*538[\s\S]*closed by us/,
    );
    assert.ok(dialogue.indexOf('334 VXN') < dialogue.indexOf('class="problem"'));
  });

  it('create() writes no script, loads nothing and lets nothing but its own style apply', async () => {
    for (const html of [await page(mixed), await page([attack()]), await page([])]) {
      assert.doesNotMatch(html, /<script|<img|<iframe|<link|<[^<>]*\s(?:on\w+|style)=|url\(|@import|href="javascript/i);
      assert.match(
        html,
        /content="default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'"/,
      );
    }
  });

  it('create() keeps what a run of 10,000 scenarios said within bounds, failures first', async () => {
    const chatty = transcript(Array.from({ length: 60 }, (_, at) => `S ${at} ${'x'.repeat(60)}`));
    const many = Array.from({ length: 10_000 }, (_, index) =>
      index % 100 === 99
        ? resultOf(scenarioOf(index, `s${index}`, {}, source), 'failed', {
            problem: problemAt(spanOf(source, 'one')),
            transcript: chatty,
          })
        : resultOf(scenarioOf(index, `s${index}`, {}, source), 'passed', { transcript: chatty }),
    );
    const html = await page(many);
    assert.ok(html.length < 24 * 1024 * 1024, `${html.length}`);
    assert.equal(html.match(/<details class="scenario /g)?.length, 10_000);
    assert.equal(
      html
        .match(/<details class="scenario failed[^>]*>[\s\S]*?<\/details>/g)
        ?.filter((each) => each.includes('Left out: ')).length,
      0,
    );
    assert.match(html, /Left out: the page would be too large/);
  }).timeout(20_000);

  it('create() leaves out the middle of a dialogue that nobody would read', async () => {
    const html = await page([
      resultOf(scenarioOf(0, 'long', {}, source), 'passed', {
        transcript: transcript(Array.from({ length: 2000 }, (_, at) => `S ${at}`)),
      }),
    ]);
    assert.match(html, /… 1600 lines left out/);
  });
});

describe('referenceHtml()', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['RFC 4954 section 4', 'https://www.rfc-editor.org/rfc/rfc4954#section-4'],
    ['RFC 5321, section 4.1.1.1', 'https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1'],
    ['RFC 3207', 'https://www.rfc-editor.org/rfc/rfc3207'],
    ['https://www.postfix.org/smtpd.8.html', 'https://www.postfix.org/smtpd.8.html'],
    ['javascript:alert(1)', undefined],
    ['https://a.example/" onclick="x', undefined],
    ['RFC 4954 section "4', undefined],
  ];
  for (const [reference, url] of cases) {
    it(`links ${JSON.stringify(reference)} ${url === undefined ? 'nowhere' : `to ${url}`}`, () => {
      assert.equal(/href="([^"]*)"/.exec(referenceHtml(reference))?.[1], url);
      assert.doesNotMatch(referenceHtml(reference), /onclick="/);
    });
  }
});

/** What can be seen of the scenarios: their names. */
const visibleNames = `[...document.querySelectorAll('.scenario')].filter((each) => each.checkVisibility()).map((each) => each.querySelector('.name').textContent)`;

/** Texts whose contrast with what is behind them is below WCAG 2.1's 4.5 : 1. */
const faint = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => channels(colour).slice(0, 3).map((each) => each / 255)
    .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const texts = [...document.body.querySelectorAll('*')].filter((each) => each.checkVisibility()
    && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''));
  return texts.map((each) => {
    const [a, b] = [luminance(getComputedStyle(each).color), luminance(behind(each))].sort((x, y) => y - x);
    return { ratio: (a + 0.05) / (b + 0.05), text: each.className + ' ' + each.textContent.slice(0, 40) };
  }).filter(({ ratio }) => ratio < 4.5).map(({ ratio, text }) => ratio.toFixed(2) + ' ' + text);
})()`;

describeInBrowser('html in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let folder: string;
  const write = (name: string, html: string) => {
    const path = join(folder, name);
    writeFileSync(path, html);
    return pathToFileURL(path).href;
  };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'html-'));
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads from disk at every width, in light and dark, without a complaint', async () => {
    const { page: tab } = browser;
    const url = write('mixed.html', await page(mixed));
    const backgrounds = new Set<string>();
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [320, 390, 1280]) {
        await tab.show({ width, height: 900, scheme });
        await tab.goto(url);
        await tab.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true; })`);
        assert.deepEqual(tab.complaints, []);
        assert.ok(
          (await tab.evaluate<number>('document.scrollingElement.scrollWidth')) <= width,
          `wider than ${width}`,
        );
        assert.deepEqual(await tab.evaluate(faint), []);
        backgrounds.add(await tab.evaluate('getComputedStyle(document.body).backgroundColor'));
        const { SCREENSHOTS } = process.env;
        if (SCREENSHOTS) {
          mkdirSync(SCREENSHOTS, { recursive: true });
          writeFileSync(join(SCREENSHOTS, `${scheme}-${width}.png`), Buffer.from(await tab.screenshot(), 'base64'));
        }
      }
    }
    assert.equal(backgrounds.size, 2);
  });

  it('shows what was said, when and by whom, and what failed', async () => {
    const { page: tab } = browser;
    await tab.goto(write('read.html', await page(mixed)));
    assert.equal(await tab.evaluate('document.querySelector("h1").innerText'), '2 of 10 scenarios failed');
    const open = await tab.evaluate<string[]>(
      `[...document.querySelectorAll('details[open] .name')].map((each) => each.textContent)`,
    );
    assert.deepEqual(open, ['refuses AUTH before TLS', 'offers PLAIN and LOGIN', 'tells the other session']);
    const text = await tab.evaluate<string>('document.querySelector("details[open]").innerText');
    for (const expected of [
      '220 mail.example ESMTP Postfix',
      'AUTH PLAIN «credentials»',
      '+22.5ms',
      'expected: 538',
      'Server log',
      'mailspec run smtp/auth.yaml:8',
    ]) {
      assert.ok(text.includes(expected), expected);
    }
  });

  it('filters by outcome and tag with the keyboard alone', async () => {
    const { page: tab } = browser;
    await tab.show({ width: 1280, height: 900 });
    await tab.goto(write('filter.html', await page(mixed)));
    assert.equal((await tab.evaluate<string[]>(visibleNames)).length, 10);
    await tab.evaluate(`document.querySelector('#status-all').focus()`);
    for (let step = 0; step < 3; step++) await tab.press('ArrowRight', 39);
    assert.equal(await tab.evaluate('document.activeElement.id'), 'status-failed');
    assert.deepEqual(await tab.evaluate(visibleNames), ['refuses AUTH before TLS', 'offers PLAIN and LOGIN']);
    assert.equal(
      await tab.evaluate(`[...document.querySelectorAll('.suite')].filter((each) => each.checkVisibility()).length`),
      1,
    );
    await tab.press('Tab', 9);
    for (let step = 0; step < 2; step++) await tab.press('ArrowRight', 39);
    assert.deepEqual(await tab.evaluate(visibleNames), ['refuses AUTH before TLS']);
    await tab.evaluate(`document.querySelector('.scenario.failed summary').focus()`);
    await tab.press('Enter', 13);
    assert.equal(await tab.evaluate(`document.querySelector('.scenario.failed').open`), false);
  });

  it("is text that reads without styles under Jenkins' policy, without controls that do nothing", async () => {
    const html = await page(mixed);
    const server: Server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      // jenkins.io/doc/book/security/configuring-content-security-policy
      response.setHeader('content-security-policy', "sandbox; default-src 'none'; img-src 'self'; style-src 'self';");
      response.end(html);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { page: tab } = browser;
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      assert.ok(
        tab.complaints.some((each) => /inline style/.test(each)),
        tab.complaints.join(),
      );
      const text = await tab.evaluate<string>('document.body.innerText');
      assert.match(text, /2 of 10 scenarios failed/);
      assert.match(text, /S\s+334 VXNlcm5hbWU6/);
      assert.equal(await tab.evaluate(`document.querySelector('form').checkVisibility()`), false);
    } finally {
      server.close();
    }
  });

  it('runs nothing that a server or a scenario says', async () => {
    const { page: tab } = browser;
    await tab.goto(write('attack.html', await page([attack(), ...mixed.slice(1)])));
    assert.deepEqual(tab.complaints, []);
    assert.match(await tab.evaluate('document.title'), /^mailspec: /);
    assert.deepEqual(
      await tab.evaluate(
        `[...document.querySelectorAll('script, img, iframe, [onerror], main style, a[href^="javascript"]')].length`,
      ),
      0,
    );
    assert.equal(await tab.evaluate(`document.querySelectorAll('.scenario').length`), 10);
    assert.ok((await tab.evaluate<string>(`document.querySelector('.scenario .body').textContent`)).includes(hostile));
  });

  it('prints without its controls', async () => {
    const { page: tab } = browser;
    await tab.goto(write('print.html', await page(mixed)));
    await tab.show({ width: 800, height: 1000, media: 'print' });
    assert.equal(await tab.evaluate(`document.querySelector('form').checkVisibility()`), false);
    assert.equal(await tab.evaluate(`document.querySelector('details[open] .dialogue').checkVisibility()`), true);
    await tab.show({ width: 1280, height: 900 });
  });

  it('opens 2,000 scenarios and filters them within seconds', async () => {
    const { page: tab } = browser;
    const results = Array.from({ length: 2000 }, (_, index) =>
      resultOf(
        scenarioOf(index, `s${index}`, { tags: [`t${index % 30}`] }, source),
        index % 50 === 0 ? 'warning' : 'passed',
        { transcript: transcript(['C NOOP', 'S 250 OK']) },
      ),
    );
    const started = performance.now();
    await tab.goto(write('large.html', await page(results)));
    await tab.evaluate(`document.querySelector('#status-warning').click()`);
    assert.equal((await tab.evaluate<string[]>(visibleNames)).length, 40);
    const took = performance.now() - started;
    assert.ok(took < 15_000, `${took} ms`);
  });
});
