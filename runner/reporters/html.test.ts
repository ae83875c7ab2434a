import assert from 'node:assert/strict';
import { mixed, placeIn, problemAt, resultOf, scenarioOf, transcript } from '../../fixtures/reports/results.ts';
import { attack, page, source } from './html.test.helper.ts';
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
