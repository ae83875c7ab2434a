import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toHtml } from './html.ts';
import { toMarkdown } from './markdown.ts';
import type { Entry, Page } from './page.ts';
import { verifiedText } from './sentences.ts';

const entry: Entry = {
  id: 'a#one',
  title: 'one <b> *two*',
  description: 'because `a*b` and <script>',
  references: [{ text: 'RFC 5321', url: 'https://www.rfc-editor.org/rfc/rfc5321' }],
  level: 'SHOULD',
  tags: ['smtp'],
  servers: [{ connection: '', label: 'mx' }],
  provokes: [],
  knownIssue: 'a bug (until 2027-01-01)',
  dialogue: [
    { side: 'C', connection: '', depth: 0, text: 'NOOP ```' },
    { side: 'S', connection: '', depth: 0, text: 'replies <250>' },
  ],
  after: [{ side: 'C', connection: '', depth: 0, text: 'QUIT' }],
};

const page = (changes: Partial<Entry> = {}): Page => ({
  title: 'A page',
  chapters: [{ id: 'a', title: 'A', references: [], entries: [{ ...entry, ...changes }] }],
});

describe('toMarkdown()', () => {
  it('writes a scenario with all that is known of it', () => {
    assert.equal(
      toMarkdown(page()),
      `<!-- Made by mailspec docs. -->

# A page

## A

### one \\<b\\> \\*two\\*

**SHOULD** · mx · smtp

because \`a*b\` and \\<script\\>

References: [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321)

Known issue: a bug (until 2027-01-01)

\`\`\`\`text
C: NOOP \`\`\`
S: replies <250>
*: at the end, whatever happened:
   C: QUIT
\`\`\`\`
`,
    );
  });

  it('says what a scenario provokes', () => {
    const shown = toMarkdown(page({ provokes: ['failed-login', 'tarpit'] }));
    assert.match(shown, /^\*\*SHOULD\*\* · mx · last: provokes failed-login, tarpit · smtp$/m);
  });

  it('begins with the introduction', () => {
    const introduced = { ...page(), introduction: 'Run `mailspec` & look.' };
    assert.match(toMarkdown(introduced), /^# A page\n\nRun `mailspec` & look\.\n\n## A$/m);
    assert.match(toHtml(introduced), /<h1>A page<\/h1><p>Run <code>mailspec<\/code> &amp; look\.<\/p>/);
  });

  it('says where a scenario must be played from', () => {
    assert.match(toMarkdown(page({ elsewhere: true })), /^\*\*SHOULD\*\* · mx · from another host · smtp$/m);
  });

  it('says why a scenario is not played instead of its steps', () => {
    const text = toMarkdown(page({ skip: 'no "imap"' }));
    assert.match(text, /Not run: no "imap"/);
    assert.doesNotMatch(text, /NOOP/);
  });

  it('lets no text of a scenario begin a tag, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (title) => {
        const [, heading = ''] = /^### (.*)$/m.exec(toMarkdown(page({ title, description: 'x' }))) ?? [];
        const outside = heading.replace(/`[^`]+`/g, '');
        assert.doesNotMatch(outside, /(?<!\\)(?:\\\\)*</);
      }),
    );
  });
});

describe('toHtml()', () => {
  it('escapes what scenarios say and has no script', () => {
    const text = toHtml(page());
    assert.match(text, /one &lt;b&gt; \*two\*/);
    assert.match(text, /because <code>a\*b<\/code> and &lt;script&gt;/);
    assert.match(text, /<span class="S">S: replies &lt;250&gt;<\/span>/);
    assert.doesNotMatch(text, /<script/);
  });

  it('has every element closed, whatever the texts are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (title, description) => {
        const text = toHtml(page({ title, description, id: title }));
        const open = [...text.matchAll(/<(\w+)[^>]*>/g)].map(([, name = '']) => name).filter((name) => name !== 'meta');
        const closed = [...text.matchAll(/<\/(\w+)>/g)].map(([, name = '']) => name);
        assert.deepEqual([...open].sort(), [...closed].sort());
      }),
    );
  });
});

describe('verifiedText()', () => {
  const at = Date.UTC(2026, 10, 21, 10, 43);
  it('says so when the results do not have the scenario', () => {
    assert.match(toMarkdown(page({ verified: 'unknown' })), /^Not verified: the results do not have it$/m);
  });

  it('says when and against what', () => {
    const seen = { at, against: ['192.0.2.7:25'], seen: [] };
    assert.equal(verifiedText({ ...seen, outcome: 'passed' }), 'Verified 2026-11-21 10:43 UTC against 192.0.2.7:25');
    assert.equal(
      verifiedText({ ...seen, outcome: 'failed', message: 'NOOP: expected 251, got 250 OK' }),
      'Not verified 2026-11-21 10:43 UTC against 192.0.2.7:25: failed: NOOP: expected 251, got 250 OK',
    );
    assert.equal(
      verifiedText({ at, against: [], seen: [], outcome: 'not_run' }),
      'Not verified 2026-11-21 10:43 UTC: not run',
    );
  });
});
