import { visible } from '../visible.ts';

/**
 * What a CI server takes for a command in a log or a report: GitHub's `::error …` at the beginning of a line
 * and `##[…]`, Azure's `##vso[…]`, TeamCity's `##teamcity[…]`, the `[[ATTACHMENT|path]]` that GitLab and Jenkins read
 * from a case's output (and publish that file).
 */
type Orders = readonly (readonly [pattern: RegExp, harmless: string])[];

const anywhere: Orders = [
  [/##(?=[a-z]*\[)/gi, '# #'],
  [/\[\[(?=[a-z]+\|)/gi, '[ ['],
];
const orders: Orders = [[/^(\s*):(?=:[a-z][a-z-]*(?:::| ))/gim, '$1: '], ...anywhere];

/** The text as no CI obeys it: a server, its log or a scenario from elsewhere gives no orders. A blank is put between. */
export function inert(text: string): string {
  return text.includes('##') || text.includes('[[') || text.includes('::') ? replaced(text, orders) : text;
}

/** Likewise for a part of a line, which others may precede. */
export function inertPart(text: string): string {
  // Every string of a run goes through it.
  return text.includes('##') || text.includes('[[') ? replaced(text, anywhere) : text;
}

function replaced(text: string, list: Orders): string {
  return list.reduce((done, [pattern, harmless]) => done.replace(pattern, harmless), text);
}

/** Lines for people: nothing in them drives a terminal or a CI. */
export function inertLines(text: string): string {
  return inert(text.split('\n').map(visible).join('\n'));
}
