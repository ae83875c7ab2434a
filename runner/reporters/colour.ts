import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta';

/** Applies a style to a text, or returns it unchanged. Without escape sequences the text is the same. */
export type Paint = (style: Style | readonly Style[], text: string) => string;

export const plain: Paint = (_style, text) => text;

export const coloured: Paint = (style, text) =>
  text === '' ? text : styleText(typeof style === 'string' ? style : [...style], text, { validateStream: false });

/**
 * Whether to use colors: FORCE_COLOR decides if it is set (`0` and `false` mean no), then NO_COLOR (no-color.org: any
 * non-empty value), then whether the output is a terminal that supports colors.
 */
export function wantsColour(environment: Readonly<Record<string, string | undefined>>, isTTY: boolean): boolean {
  const force = environment['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (environment['NO_COLOR']) return false;
  return isTTY && environment['TERM'] !== 'dumb';
}
