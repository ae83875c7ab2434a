import { escapeText } from '../authoring/pieces.ts';
import type { Written } from '../authoring/written.ts';

/** What imaptest gives a value itself. */
const predefined: Readonly<Record<string, string>> = {
  user: 'user',
  username: 'user|local-part',
  domain: 'user|domain',
  password: 'password',
  mailbox: 'mailbox',
  mailbox_url: 'mailbox|urlencode',
};

/** `$$` is a plain one. */
const variable = /\$(?:\$|\{(?:case:)?([^}]*)\}|([A-Za-z_]\w*))?/g;

/** Which variables have a value: those that a reply gave one, from the next command on. */
export class Variables {
  readonly #bound = new Set<string>();
  /** Named by the expectation under way: their values are known once it is met. */
  readonly #binding = new Set<string>();

  /** Every name that a reply gives a value. */
  get captured(): readonly string[] {
    return [...this.#bound, ...this.#binding];
  }

  /** The reply was read. */
  settle(): void {
    for (const name of this.#binding) this.#bound.add(name);
    this.#binding.clear();
  }

  bind(name: string): void {
    this.#binding.add(name);
  }

  /** The text with our variables; none where one of its own has no value. `quote`: what is done to the rest. */
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

  /** The variable that is the whole text, and has no value yet. */
  unbound(text: string): string | undefined {
    const [, braced, plain] = /^\$(?:\{(\w+)\}|([A-Za-z_]\w*))$/.exec(text) ?? [];
    const name = braced ?? plain;
    return name === undefined || this.fill(text) !== undefined ? undefined : nameOf(name);
  }

  /** A value as it is compared: what has no value yet is captured, and `$` is anything. None where neither helps. */
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

/** As our variables are called. */
function nameOf(name: string): string {
  return name.toLowerCase();
}
