import { escapeText } from '../authoring/pieces.ts';
import type { Written } from '../authoring/written.ts';

/** Variables that imaptest defines itself. */
const predefined: Readonly<Record<string, string>> = {
  user: 'user',
  username: 'user|local-part',
  domain: 'user|domain',
  password: 'password',
  mailbox: 'mailbox',
  mailbox_url: 'mailbox|urlencode',
};

/** Matches variables; `$$` is a literal `$`. */
const variable = /\$(?:\$|\{(?:case:)?([^}]*)\}|([A-Za-z_]\w*))?/g;

/** Tracks which variables have a value: a reply's values are available from the next command on. */
export class Variables {
  readonly #bound = new Set<string>();
  /** Variables in the current expectation, whose values are known once it is met. */
  readonly #binding = new Set<string>();

  /** All names that a reply gives a value. */
  get captured(): readonly string[] {
    return [...this.#bound, ...this.#binding];
  }

  /** Called once the reply has been read. */
  settle(): void {
    for (const name of this.#binding) this.#bound.add(name);
    this.#binding.clear();
  }

  bind(name: string): void {
    this.#binding.add(name);
  }

  /** The text with our variables; `undefined` if one of its variables has no value. `quote` is applied to the rest. */
  fill(text: string, quote: (part: string) => string = escapeText): string | undefined {
    let filled = '';
    let at = 0;
    for (const match of text.matchAll(variable)) {
      const name = match[1] ?? match[2];
      const value =
        match[0] === '$$' ? quote('$') : name === undefined ? undefined : this.#valueOf(match[0], name, quote);
      if (value === undefined) return undefined;
      filled += quote(text.slice(at, match.index)) + value;
      at = match.index + match[0].length;
    }
    return filled + quote(text.slice(at));
  }

  #valueOf(written: string, name: string, quote: (part: string) => string): string | undefined {
    if (written.startsWith('${case:')) return quote(name.split('/')[0] ?? '');
    const known = Object.hasOwn(predefined, name) ? predefined[name] : undefined;
    if (known !== undefined) return `\${${known}}`;
    return this.#bound.has(nameOf(name)) ? `\${${nameOf(name)}}` : undefined;
  }

  /** The variable that makes up the whole text, if it has no value yet. */
  unbound(text: string): string | undefined {
    const [, braced, plain] = /^\$(?:\{(\w+)\}|([A-Za-z_]\w*))$/.exec(text) ?? [];
    const name = braced ?? plain;
    return name === undefined || this.fill(text) !== undefined ? undefined : nameOf(name);
  }

  /**
   * A value for comparison: a variable without a value is captured, and `$` matches anything. `undefined` if that is
   * impossible.
   */
  value(text: string): Written | undefined {
    if (text === '$') return true;
    const name = this.unbound(text);
    if (name !== undefined) {
      if (this.#binding.has(name)) return true;
      this.bind(name);
      return { capture: name };
    }
    const filled = this.fill(text);
    return filled !== undefined && /^[1-9]\d{0,14}$/.test(filled) ? Number(filled) : filled;
  }
}

/** The name of our variable for it. */
function nameOf(name: string): string {
  return name.toLowerCase();
}
