import type { Chapter, Entry, Line, Page, Reference } from './page.ts';
import { factsOf, lineText, seenOf, verifiedText } from './sentences.ts';

/** A single page without scripts or external resources: it can be opened from a disk and sent by email. */
export function toHtml({ title, introduction, chapters }: Page): string {
  const contents = chapters.map((chapter) => `<li><a href="#${attribute(chapter.id)}">${text(chapter.title)}</a></li>`);
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="generator" content="mailspec docs">',
    `<title>${text(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${text(title)}</h1>${paragraph(introduction).join('')}</header>`,
    ...(chapters.length < 2 ? [] : ['<nav aria-label="Contents"><ul>', ...contents, '</ul></nav>']),
    '<main>',
    ...chapters.flatMap(chapterLines),
    '</main>',
    '</body>',
    '</html>',
  ].join('\n')}\n`;
}

const style = [
  ':root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 25%,transparent)}',
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}',
  'pre{overflow-x:auto;border:1px solid var(--line);border-radius:.3rem;padding:.6rem;font-size:.9rem}',
  'article{border-top:1px solid var(--line);margin-top:1.5rem}',
  'code,pre{font-family:ui-monospace,monospace}',
  '.facts{font-size:.9rem}.level{font-weight:bold}.S{font-weight:bold}',
  '@media print{nav{display:none}pre{white-space:pre-wrap}}',
].join('');

function chapterLines({ id, title, description, references, entries }: Chapter): readonly string[] {
  return [
    `<section id="${attribute(id)}">`,
    `<h2>${text(title)}</h2>`,
    ...paragraph(description),
    ...referenceLines(references),
    ...entries.flatMap(entryLines),
    '</section>',
  ];
}

function entryLines(entry: Entry): readonly string[] {
  const { id, title, description, references, skip, knownIssue, verified, dialogue, after } = entry;
  const [level, ...facts] = factsOf(entry);
  const seen = seenOf(verified);
  const end: readonly Line[] =
    after.length === 0 ? [] : [{ side: '*', connection: '', depth: 0, text: 'at the end, whatever happened:' }];
  return [
    `<article id="${attribute(id)}">`,
    `<h3>${text(title)}</h3>`,
    `<p class="facts"><span class="level">${level}</span>${facts.map((fact) => ` · ${text(fact)}`).join('')}</p>`,
    ...paragraph(description),
    ...referenceLines(references),
    ...paragraph(knownIssue && `Known issue: ${knownIssue}`),
    ...(skip === undefined
      ? [conversation([...dialogue, ...end, ...after.map((line) => ({ ...line, depth: line.depth + 1 }))])]
      : paragraph(`Not run: ${skip}`)),
    ...(verified === undefined ? [] : paragraph(verifiedText(verified))),
    ...(seen.length === 0 ? [] : ['<details><summary>Recorded dialogue</summary>', conversation(seen), '</details>']),
    '</article>',
  ];
}

function conversation(lines: readonly Line[]): string {
  return `<pre tabindex="0">${lines.map((line) => `<span class="${line.side === '*' ? 'note' : line.side}">${escaped(lineText(line))}</span>`).join('\n')}</pre>`;
}

function referenceLines(references: readonly Reference[]): readonly string[] {
  if (references.length === 0) return [];
  const links = references.map(({ text: shown, url }) =>
    url === undefined ? text(shown) : `<a href="${attribute(url)}">${text(shown)}</a>`,
  );
  return [`<p class="facts">References: ${links.join(', ')}</p>`];
}

function paragraph(content: string | undefined): readonly string[] {
  return content === undefined || content.trim() === '' ? [] : [`<p>${text(content)}</p>`];
}

/** Text in which backticks mark code. */
function text(content: string): string {
  return content
    .trim()
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? `<code>${escaped(part)}</code>` : escaped(part)))
    .join('');
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function attribute(content: string): string {
  return escaped(content).replaceAll('"', '&quot;');
}
