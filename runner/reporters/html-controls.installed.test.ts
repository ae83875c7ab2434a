import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, describeInBrowser, startBrowser } from '../../fixtures/reports/browser.ts';
import { mixed } from '../../fixtures/reports/results.ts';
import { page } from './html.test.helper.ts';

describeInBrowser('controls of the html page, by keyboard', () => {
  let browser: Browser;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'html-controls-'));
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const path = join(folder, 'mixed.html');
    writeFileSync(path, await page(mixed));
    await browser.page.show({ width: 1280, height: 900 });
    await browser.page.goto(pathToFileURL(path).href);
  });
  const evaluate = <Value>(expression: string) => browser.page.evaluate<Value>(expression);
  /** Focuses what a selector finds, and presses Enter; resolves when the page has reacted. */
  const enter = async (selector: string) => {
    await evaluate(`document.querySelector(${JSON.stringify(selector)}).focus()`);
    await browser.page.press('Enter', 13);
    await evaluate('new Promise((resolve) => setTimeout(resolve, 0))');
  };
  const focused = 'document.activeElement.parentElement.id';
  const open = 'document.querySelectorAll(".scenario[open]").length';

  it('reaches every control with Tab, in the order of the page', async () => {
    const { page: tab } = browser;
    await evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true; })`);
    // Of a group of radio buttons, Tab reaches the chosen one.
    const expected = await evaluate<number>(`(() => {
      window.stops = [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
        .filter((each) => each.checkVisibility() && (each.type !== 'radio' || each.checked));
      return stops.length;
    })()`);
    const reached: number[] = [];
    for (let at = 0; at < expected; at++) {
      await tab.press('Tab', 9);
      reached.push(await evaluate('stops.indexOf(document.activeElement)'));
      assert.notEqual(
        await evaluate(
          'getComputedStyle(document.activeElement.closest("label") ?? document.activeElement).outlineStyle',
        ),
        'none',
      );
    }
    assert.deepEqual(
      reached,
      Array.from({ length: expected }, (_, at) => at),
    );
  });

  it('goes from each failure to the next one and back, and focuses it', async () => {
    const failures = await evaluate<string[]>(
      `[...document.querySelectorAll('#failures .suite > .scenario')].map(({ id }) => id)`,
    );
    assert.ok(failures.length > 2);
    await evaluate(`location.hash = '${failures[0]}'`);
    await evaluate('new Promise((resolve) => setTimeout(resolve, 0))');
    const seen = [await evaluate(focused)];
    for (const from of failures.slice(0, -1)) {
      await enter(`#${from} .near a:last-child`);
      seen.push(await evaluate(focused));
    }
    assert.deepEqual(seen, failures);
    await enter(`#${failures.at(-1)} .near a`);
    assert.equal(await evaluate(focused), failures.at(-2));
    assert.match(await evaluate(`document.querySelector('#${failures[0]} .near').textContent`), /^\s*Next failure: \S/);
  });

  it('shows what a link leads to, although a filter or the search hides it', async () => {
    await evaluate(`document.querySelector('#status-passed').click()`);
    await evaluate(`(() => { document.querySelector('#search').value = 'nothing has this'; })()`);
    assert.equal(await evaluate(`document.querySelector('#s3').checkVisibility()`), false);
    await enter('.cause a[href="#s3"]');
    assert.equal(await evaluate(`document.querySelector('#s3').checkVisibility()`), true);
    assert.equal(await evaluate(focused), 's3');
    assert.equal(await evaluate(`document.querySelector('#search').value`), '');
    assert.equal(await evaluate(`document.querySelector('#found').textContent`), '10 scenarios');
  });

  it('expands and collapses all', async () => {
    await enter('#expand');
    assert.equal(await evaluate(open), mixed.length);
    await enter('#collapse');
    assert.equal(await evaluate(open), 0);
    assert.equal(await evaluate(`document.querySelectorAll('.fold[open]').length`), 0);
  });

  it('copies the command of a cause, and says so', async () => {
    const button = `document.querySelector('.cause .rerun button')`;
    assert.equal(await evaluate(`${button}.getAttribute('aria-label')`), 'Copy the command');
    await evaluate(`document.addEventListener('copy', () => { window.copied = String(getSelection()); })`);
    // As on a page that may not use the clipboard.
    await evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error())`);
    await enter('.cause .rerun button');
    assert.equal(
      await evaluate(`window.copied`),
      await evaluate(`document.querySelector('.cause .rerun code').textContent`),
    );
    assert.equal(await evaluate(`${button}.textContent`), 'Copied');
    await browser.page.press('Tab', 9);
    assert.equal(await evaluate(`${button}.textContent`), 'Copy');
  });
});
