import { visible } from '../visible.ts';

/**
 * What a CI server would execute as a command in a log or report: GitHub's `::error …` at the beginning of a line and
 * `##[…]`, Azure's `##vso[…]`, TeamCity's `##teamcity[…]`, and `[[ATTACHMENT|path]]`, with which GitLab and Jenkins
 * publish a file named in a test case's output.
 */
type Orders = readonly (readonly [pattern: RegExp, harmless: string])[];

const anywhere: Orders = [
  [/##(?=[a-z]*\[)/gi, '# #'],
  [/\[\[(?=[a-z]+\|)/gi, '[ ['],
];
const orders: Orders = [[/^(\s*):(?=:[a-z][a-z-]*(?:::| ))/gim, '$1: '], ...anywhere];

/**
 * The text with a space inserted into every command, so that text from a server, its log or a scenario cannot control a
 * CI server.
 */
export function inert(text: string): string {
  return text.includes('##') || text.includes('[[') || text.includes('::') ? replaced(text, orders) : text;
}

/** The same for a part of a line that may follow other text. */
export function inertPart(text: string): string {
  // Every string of a run passes through here.
  return text.includes('##') || text.includes('[[') ? replaced(text, anywhere) : text;
}

function replaced(text: string, list: Orders): string {
  return list.reduce((done, [pattern, harmless]) => done.replace(pattern, harmless), text);
}

/** Text for people, in which nothing controls a terminal or a CI server. */
export function inertLines(text: string): string {
  return inert(text.split('\n').map(visible).join('\n'));
}
