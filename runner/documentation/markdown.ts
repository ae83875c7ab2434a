import type { Chapter, Entry, Page, Reference } from './page.ts';
import { dialogueText, factsOf, lineText, seenOf, verifiedText } from './sentences.ts';

/** Says that the page is generated, so that people do not edit it. */
const notice = '<!-- Made by mailspec docs. -->';

/** The page as Markdown. The same input gives the same text, so that it can be committed. */
export function toMarkdown({ title, introduction, chapters }: Page): string {
  const contents =
    chapters.length < 2 ? [] : [...chapters.map(({ title: each }) => `- [${prose(each)}](#${anchor(each)})`), ''];
  const head = [notice, '', `# ${prose(title)}`, '', ...paragraph(introduction), ...contents];
  return `${[...head, ...chapters.flatMap(chapterLines)].join('\n').trimEnd()}\n`;
}

function chapterLines({ title, description, references, entries }: Chapter): readonly string[] {
  return [
    `## ${prose(title)}`,
    '',
    ...paragraph(description),
    ...referenceLines(references),
    ...entries.flatMap(entryLines),
  ];
}

function entryLines(entry: Entry): readonly string[] {
  const { title, description, references, skip, knownIssue, verified } = entry;
  const [level, ...facts] = factsOf(entry);
  const seen = seenOf(verified);
  return [
    `### ${prose(title)}`,
    '',
    [`**${level}**`, ...facts.map(prose)].join(' · '),
    '',
    ...paragraph(description),
    ...referenceLines(references),
    ...paragraph(knownIssue && `Known issue: ${knownIssue}`),
    ...(skip === undefined ? fenced(dialogueText(entry)) : paragraph(`Not run: ${skip}`)),
    ...(verified === undefined ? [] : paragraph(verifiedText(verified))),
    ...(seen.length === 0
      ? []
      : [
          '<details><summary>Recorded dialogue</summary>',
          '',
          ...fenced(seen.map(lineText).join('\n')),
          '</details>',
          '',
        ]),
  ];
}

function referenceLines(references: readonly Reference[]): readonly string[] {
  if (references.length === 0) return [];
  const links = references.map(({ text, url }) =>
    url === undefined ? prose(text) : url === text ? `<${url}>` : `[${prose(text)}](${url})`,
  );
  return [`References: ${links.join(', ')}`, ''];
}

function paragraph(text: string | undefined): readonly string[] {
  return text === undefined || text.trim() === '' ? [] : [prose(text), ''];
}

/** A fence that nothing inside it can close. */
function fenced(text: string): readonly string[] {
  if (text === '') return [];
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, text, fence, ''];
}

/** Text in which backticks mark code and nothing else has a meaning in Markdown (CommonMark 0.31 section 2.4). */
function prose(text: string): string {
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : escaped(part)))
    .join('');
}

function escaped(text: string): string {
  return text
    .replace(/[\\`*[\]<>|]/g, '\\$&')
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/(?<!\w)_|_(?!\w)/g, '\\_')
    .replace(/^(?:[#+-]|\d+(?=[.)]))/, (mark) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`));
}

/** The anchor that GitHub and GitLab give a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}
