import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta';

/** Puts a style on a text, or leaves it as it is. Without the escapes the text is the same. */
export type Paint = (style: Style | readonly Style[], text: string) => string;

export const plain: Paint = (_style, text) => text;

export const coloured: Paint = (style, text) =>
  text === '' ? text : styleText(typeof style === 'string' ? style : [...style], text, { validateStream: false });

/**
 * Whether to colour: FORCE_COLOR decides where it is set (`0` and `false` say no), then NO_COLOR (no-color.org:
 * any value but the empty one), then whether the output is a terminal that understands colours.
 */
export function wantsColour(environment: Readonly<Record<string, string | undefined>>, isTTY: boolean): boolean {
  const force = environment['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (environment['NO_COLOR']) return false;
  return isTTY && environment['TERM'] !== 'dumb';
}
