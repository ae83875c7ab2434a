import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { reportOf } from '../../fixtures/reports/collect.ts';
import {
  eventsOf,
  measured,
  mixed,
  placeIn,
  problemAt,
  resultOf,
  scenarioOf,
  transcript,
} from '../../fixtures/reports/results.ts';
import { recordedRun } from '../causes/recorded.test.helper.ts';
import type { Outcome } from '../result.ts';
import { attack, page, source } from './html.test.helper.ts';
import { create } from './html.ts';
import { referenceHtml } from './references.ts';

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

  it('create() loads nothing, and lets nothing but its own script run and its own style apply', async () => {
    for (const html of [await page(mixed), await page([attack()]), await page([])]) {
      const policy =
        /content="default-src 'none'; style-src '(\S+)'; script-src '(\S+)'; base-uri 'none'; form-action 'none'"/;
      const [, style, script] = policy.exec(html) ?? [];
      const [, css = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
      const [, code = ''] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
      const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
      assert.deepEqual([style, script], [hash(css), hash(code)]);
      const rest = html.replace(`<script>${code}</script>`, '');
      assert.doesNotMatch(rest, /<script|<img|<iframe|<link|<[^<>]*\s(?:on\w+|style)=|url\(|@import|href="javascript/i);
      assert.doesNotMatch(code, /innerHTML|insertAdjacent|eval|fetch|XMLHttp/);
    }
  });

  it('create() says "All passed" only where nothing was left out and nothing was wrong', async () => {
    const outcomes = (...names: readonly Outcome[]) =>
      names.map((outcome, at) => resultOf(scenarioOf(at, `s${at}`, {}, source), outcome));
    const headlines: readonly (readonly [readonly Outcome[], string])[] = [
      [['passed', 'passed'], 'All passed: 2 scenarios'],
      [['passed', 'skipped'], '1 of 2 scenarios passed'],
      [['passed', 'known'], '1 of 2 scenarios passed'],
      [['passed', 'not_run'], '1 of 2 scenarios passed'],
      [['passed', 'warning'], '2 of 2 scenarios passed (1 warning)'],
      [['skipped', 'skipped'], 'No scenario ran, so nothing was tested'],
      [['passed', 'blocked'], '1 of 2 scenarios could not be checked'],
    ];
    for (const [names, headline] of headlines) {
      const html = await page(outcomes(...names));
      assert.equal(/<h1><span[^>]*>(.*?)<\/span>/.exec(html)?.[1], headline);
    }
  });

  it('create() has the sums of the last line on a terminal, and what is among them', async () => {
    const names = ['passed', 'passed', 'warning', 'flaky', 'known', 'skipped', 'failed'] as const;
    const html = await page(names.map((outcome, at) => resultOf(scenarioOf(at, `s${at}`, {}, source), outcome)));
    const counts = /<ul class="counts">(.*?)<\/ul>/s
      .exec(html)?.[1]
      ?.replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ');
    assert.equal(counts?.trim(), '4 passed (1 flaky, 1 warning) 1 failed 2 skipped (1 known issue)');
  });

  it('create() begins with the causes, each with its remedy, its evidence and all of its scenarios', async () => {
    const html = await reportOf(create, recordedRun('certificate-expired'));
    const main = html.slice(html.indexOf('<main'));
    assert.ok(main.indexOf('id="causes"') < main.indexOf('id="failures"'));
    assert.equal(html.match(/<article class="cause /g)?.length, 2);
    const [cause = ''] = /<article class="cause high".*?<\/article>/s.exec(html) ?? [];
    assert.match(cause, /certificate of mx\.example\.test expired/);
    assert.ok(cause.indexOf('How to fix it') < cause.indexOf('Seen in'));
    assert.match(cause, /<b>Postfix<\/b> Renew the certificate/);
    const linked = [...cause.matchAll(/<li class="\w+"><span[^>]*>\w+<\/span> <a href="#(s\d+)"/g)].map(([, id]) => id);
    assert.equal(new Set(linked).size, 311);
    for (const id of linked) assert.ok(html.includes(`id="${id}"`), id);
    assert.match(html, /2 causes<\/a>: <span class="severity high">2 high</);
    // Remedies are shown once; everywhere else a link leads there.
    assert.equal(html.match(/<p class="remedy"><a href="#c1">/g)?.length, 311);
    assert.equal(html.match(/Renew the certificate/g)?.length, 2);
  });

  it('create() says what was tested: servers, addresses, products, certificates, packs, and from where', async () => {
    const events = eventsOf(
      measured.map((each) => ({
        ...each,
        scenario: { ...each.scenario, suite: { ...each.scenario.suite, shipped: true as const } },
        products: [{ server: 'submission', product: 'postfix' as const }],
        contacts: each.contacts?.map((contact) => ({ ...contact, local: '198.51.100.7' })) ?? [],
      })),
    );
    const html = await reportOf(create, events, { version: '9.8.7', machine: 'tester' });
    const text = html
      .slice(html.indexOf('id="tested"'), html.indexOf('</section>'))
      .replace(/<wbr>/g, '')
      .replace(/<[^>]*>/g, ' ');
    for (const each of [
      '1 server (Postfix) at 127.0.0.2',
      '127.0.0.2:587',
      '220 mail.example ESMTP Postfix',
      '2026-03-14',
    ])
      assert.ok(text.includes(each), `${each} in ${text}`);
    assert.match(text, /Packs of mailspec 9\.8\.7: imap, smtp/);
    assert.match(text, /Contacted from tester \(198\.51\.100\.7\)/);
  });

  it('create() keeps what a run of 10,000 scenarios said within bounds, failures first', async () => {
    const chatty = transcript(Array.from({ length: 60 }, (_, at) => `S ${at} ${'x'.repeat(60)}`));
    const many = Array.from({ length: 10_000 }, (_, index) =>
      index % 100 === 99
        ? resultOf(scenarioOf(index, `s${index}`, {}, source), 'failed', {
            problem: problemAt(placeIn(source, 'one')),
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
  });

  it('create() leaves out the middle of a dialogue that nobody would read', async () => {
    const html = await page([
      resultOf(scenarioOf(0, 'long', {}, source), 'passed', {
        transcript: transcript(Array.from({ length: 2000 }, (_, at) => `S ${at}`)),
      }),
    ]);
    assert.match(html, /… 1,600 lines left out/);
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
