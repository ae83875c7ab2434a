import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, describeInBrowser, startBrowser } from '../../fixtures/reports/browser.ts';
import { measured, mixed, resultOf, scenarioOf, transcript } from '../../fixtures/reports/results.ts';
import { attack, hostile, page, source } from './html.test.helper.ts';

/** The names of the visible scenarios. */
const visibleNames = `[...document.querySelectorAll('.scenario')].filter((each) => each.checkVisibility()).map((each) => each.querySelector('.name').textContent)`;

/** Texts whose contrast with their background is below WCAG 2.1's 4.5 : 1. */
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

describeInBrowser('html in a browser', () => {
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
      `[...document.querySelectorAll('.scenario[open] .name')].map((each) => each.textContent)`,
    );
    assert.deepEqual(open, ['refuses AUTH before TLS', 'offers PLAIN and LOGIN', 'tells the other session']);
    const text = await tab.evaluate<string>('document.querySelector(".scenario[open]").innerText');
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
    assert.deepEqual(await tab.evaluate(visibleNames), [
      'refuses AUTH before TLS',
      'offers PLAIN and LOGIN',
      'tells the other session',
    ]);
    await tab.evaluate(`document.querySelector('#status-all').focus()`);
    for (let step = 0; step < 3; step++) await tab.press('ArrowRight', 39);
    assert.equal(await tab.evaluate('document.activeElement.id'), 'status-failed');
    assert.deepEqual(await tab.evaluate(visibleNames), ['refuses AUTH before TLS', 'offers PLAIN and LOGIN']);
    assert.equal(
      await tab.evaluate(`[...document.querySelectorAll('.suite')].filter((each) => each.checkVisibility()).length`),
      1,
    );
    await tab.press('Tab', 9);
    assert.equal(await tab.evaluate('document.activeElement.textContent'), 'Tags');
    await tab.press('Enter', 13);
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
        `[...document.querySelectorAll('script:not(body > script:last-child), img, iframe, [onerror], main style, a[href^="javascript"]')].length`,
      ),
      0,
    );
    assert.equal(await tab.evaluate(`document.querySelectorAll('.scenario').length`), 10);
    assert.ok((await tab.evaluate<string>(`document.querySelector('.scenario .body').textContent`)).includes(hostile));
  });

  it('finds what was said, what a scenario is called and its suite, and opens it', async () => {
    const { page: tab } = browser;
    await tab.show({ width: 1280, height: 900 });
    await tab.goto(write('search.html', await page(mixed)));
    const search = (words: string) =>
      tab.evaluate<string>(`new Promise((resolve) => {
        const field = document.querySelector('#search');
        const found = document.querySelector('#found');
        new MutationObserver((_, observer) => { observer.disconnect(); resolve(found.textContent); })
          .observe(found, { childList: true });
        field.value = ${JSON.stringify(words)};
        field.dispatchEvent(new Event('input'));
      })`);
    await tab.press('/', 191);
    assert.equal(await tab.evaluate('document.activeElement.id'), 'search');
    assert.equal(await search('ETRN'), '2 scenarios');
    assert.deepEqual(await tab.evaluate(visibleNames), ['refuses AUTH before TLS', 'offers AUTH once encrypted']);
    assert.equal(await search('once encrypted'), '1 scenario');
    assert.equal(await search('smtp/auth plain'), '2 scenarios');
    assert.equal(await search('nothing has this'), '0 scenarios');
    assert.deepEqual(await tab.evaluate(visibleNames), []);
    assert.equal(await search(''), '10 scenarios');
    assert.equal((await tab.evaluate<string[]>(visibleNames)).length, 3);
  });

  it('opens the scenario that a cause links to', async () => {
    const { page: tab } = browser;
    await tab.goto(write('link.html', await page(mixed)));
    await tab.evaluate(`document.querySelector('.cause a[href="#s3"]').click()`);
    await tab.evaluate('new Promise((resolve) => setTimeout(resolve, 0))');
    assert.ok((await tab.evaluate<string[]>(visibleNames)).includes('answers within a second'));
    assert.equal(await tab.evaluate(`document.querySelector('#s3').open`), true);
  });

  it('breaks no word on a phone, whatever the length of what a server said', async () => {
    const { page: tab } = browser;
    const contacts = [{ server: 'submission', address: '[2001:db8::1234:5678:9abc:def0]:587', greeting: '220 ok' }];
    const events = [...mixed, ...measured.map((each) => ({ ...each, contacts }))].map((each, index) => ({
      ...each,
      scenario: { ...each.scenario, index },
    }));
    await tab.show({ width: 390, height: 900 });
    await tab.goto(write('phone.html', await page(events)));
    // A broken word takes two lines.
    const broken = await tab.evaluate<string[]>(`(() => {
      const found = [];
      for (const each of document.querySelectorAll('h1, h2, h3, h4, th, td, p, dt, .name, .sums, .mark, .severity')) {
        if (!each.checkVisibility()) continue;
        for (const node of [...each.childNodes].filter((child) => child.nodeType === 3)) {
          for (const { 0: word, index } of node.data.matchAll(/[a-z]{2,20}/gi)) {
            const range = document.createRange();
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) found.push(word);
          }
        }
      }
      return found;
    })()`);
    assert.deepEqual(broken, []);
  });

  it('prints without its controls', async () => {
    const { page: tab } = browser;
    await tab.goto(write('print.html', await page(mixed)));
    await tab.show({ width: 800, height: 1000, media: 'print' });
    assert.equal(await tab.evaluate(`document.querySelector('form').checkVisibility()`), false);
    assert.equal(await tab.evaluate(`document.querySelector('.scenario[open] .dialogue').checkVisibility()`), true);
    await tab.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    assert.equal(await tab.evaluate(`document.querySelectorAll('.scenario.failed:not([open])').length`), 0);
    await tab.show({ width: 1280, height: 900 });
  });

  it('prints what was tested, and the addresses of links', async () => {
    const { page: tab } = browser;
    const url = 'https://mail.example/set';
    const remedies = [{ product: 'any', text: 'Set it.', url }] as const;
    const results = measured.map((each) => ({ ...each, scenario: { ...each.scenario, remedies } }));
    await tab.goto(write('print-links.html', await page(results)));
    const visibility = `getComputedStyle(document.querySelector('.tested:not([open])'), '::details-content').contentVisibility`;
    assert.equal(await tab.evaluate(visibility), 'hidden');
    await tab.show({ width: 800, height: 1000, media: 'print' });
    assert.equal(await tab.evaluate(visibility), 'visible');
    assert.equal(
      await tab.evaluate(`getComputedStyle(document.querySelector('.fix a'), '::after').content`),
      `" (${url})"`,
    );
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
    assert.ok(took < 30_000, `${took} ms`);
  });
});
