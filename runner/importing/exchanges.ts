import type { Did, Exchange, Part } from '../authoring/exchange.ts';
import type { Came } from '../authoring/expectation.ts';
import { createGreetedParser } from '../protocol/greeted.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { ProtocolError, type ReplyParser } from '../protocol/reply.ts';
import { beginning, isGreeted, positive } from './beginning.ts';
import { type Building, grouped, withStartTls } from './grouped.ts';
import { harmless } from './harmless.ts';
import type { Entry, Session } from './pasted.ts';

/** What a session's lines say as what was done and what came; and what stands at its end. */
export function exchangesOf(session: Session): {
  readonly exchanges: readonly Exchange[];
  readonly rest: readonly string[];
} {
  const { protocol } = session;
  const reader = new Reader(protocol, isGreeted(session) ? createGreetedParser(protocol) : protocol.createParser());
  for (const exchange of beginning(session)) reader.add(exchange);
  for (const entry of session.entries) reader.read(entry);
  return reader.finish();
}

/** A person who writes it anew does so with less. */
const longestLiteral = 1000;

interface Literal {
  readonly parts: Part[];
  due: number;
  text: string;
}

class Reader {
  readonly #protocol: Protocol;
  readonly #parser: ReplyParser;
  readonly #tags: ReturnType<NonNullable<Protocol['createTags']>> | undefined;
  readonly #done: (Building | Exchange)[] = [];
  #comments: string[] = [];
  #message: string[] | undefined;
  /** A command with literals: its parts, and the octets of a literal that are due. */
  #literal: Literal | undefined;
  #continuing = false;

  constructor(protocol: Protocol, parser: ReplyParser) {
    this.#protocol = protocol;
    this.#parser = parser;
    this.#tags = protocol.createTags?.();
  }

  add(exchange: Exchange): void {
    this.#done.push(exchange);
  }

  read(entry: Entry): void {
    switch (entry.kind) {
      case 'client':
        this.#client(entry.text);
        break;
      case 'server':
        this.#server(entry.text);
        break;
      case 'closed':
        this.#last()?.came.push('closed');
        // What is still due does not come, and what follows is another connection's.
        for (const each of this.#done) if ('due' in each) each.due = 0;
        break;
      case 'unread':
        this.#comments.push(harmless(entry.text));
        break;
      case 'tls':
        // The command before it says so.
        break;
    }
  }

  finish(): { readonly exchanges: readonly Exchange[]; readonly rest: readonly string[] } {
    if (this.#message !== undefined) this.#endMessage();
    this.#endFarewell();
    const left = this.#parser.drain().toString().trimEnd();
    const rest = [...this.#comments, ...(left === '' ? [] : [`not a whole reply: ${left}`])];
    return { exchanges: grouped(this.#done.map((each) => withStartTls(each, this.#protocol))), rest };
  }

  /** Programs close, and people leave, before the reply to QUIT is shown. */
  #endFarewell(): void {
    const { farewell } = this.#protocol;
    const last = this.#last();
    if (farewell === undefined || last?.did.kind !== 'line' || last.due === 0) return;
    if (last.did.text.trim().toUpperCase() !== farewell) return;
    this.#parser.drain();
    this.#done[this.#done.length - 1] = { ...last, pinned: positive(this.#protocol, 221) };
  }

  #begin(did: Did, due: number): void {
    const last = this.#last();
    const pipelined = last !== undefined && last.due > 0 && last.did.kind === 'line' && did.kind === 'line';
    this.#done.push({ did, came: [], comments: this.#comments, pipelined, due });
    this.#comments = [];
  }

  #last(): Building | undefined {
    const last = this.#done.at(-1);
    return last !== undefined && 'due' in last ? last : undefined;
  }

  #client(text: string): void {
    if (this.#message !== undefined) {
      if (text === '.') this.#endMessage();
      else this.#message.push(text.startsWith('.') ? text.slice(1) : text);
      return;
    }
    if (this.#literal !== undefined) {
      this.#literalLine(this.#literal, text);
      return;
    }
    // The line end behind a literal, and what a person typed by mistake.
    if (text === '' && this.#tags !== undefined && !this.#continuing) return;
    const bytes = Buffer.from(`${text}\r\n`);
    if (this.#continuing) {
      this.#parser.sent({ bytes, as: this.#protocol.continuation });
      this.#begin({ kind: 'line', text }, 1);
      return;
    }
    const tag = this.#tags?.of(bytes);
    const command = tag === undefined ? text : text.slice(tag.length + 1);
    this.#parser.sent({ bytes, as: 'command', ...(tag !== undefined && { tag }) });
    const announced = this.#protocol.literals === undefined ? undefined : /^(.*)\{(\d+)(\+?)\}$/.exec(command);
    if (announced) {
      const [, before = '', size = '', plus = ''] = announced;
      const sign = this.#protocol.literals?.synchronizing === true && plus === '+';
      this.#literal = { parts: [{ text: before }, { literal: '', plus: sign }], due: Number(size), text: '' };
      return;
    }
    this.#begin({ kind: 'line', text: command }, 1);
  }

  /** A line of a literal, with what follows it on the line where the octets end. */
  #literalLine(literal: Literal, text: string): void {
    literal.text += `${text}\r\n`;
    const octets = Buffer.from(literal.text);
    if (octets.length < literal.due) return;
    const content = octets.subarray(0, literal.due).toString();
    const rest = octets.subarray(literal.due).toString().replace(/\r\n$/, '');
    fillLast(literal.parts, content);
    // The line end that ends the command may be the literal's last, where a terminal showed no empty line.
    const [, before, size] = /^(.*)\{(\d+)\+?\}$/.exec(rest) ?? [];
    if (before !== undefined) {
      literal.parts.push({ text: before }, { literal: '', plus: false });
      literal.due = Number(size);
      literal.text = '';
      return;
    }
    if (rest !== '') literal.parts.push({ text: rest });
    this.#literal = undefined;
    this.#begin({ kind: 'parts', parts: literal.parts }, 1);
  }

  /** The reply shows that it was sent. */
  #endLiteral({ parts, due }: Literal): void {
    this.#comments.push('The session does not show the literal: write it here');
    fillLast(parts, 'x'.repeat(Math.min(due, longestLiteral)));
    this.#literal = undefined;
    this.#begin({ kind: 'parts', parts }, 1);
  }

  #endMessage(): void {
    const text = (this.#message ?? []).map((line) => `${line}\n`).join('');
    if (text === '') this.#comments.push('The session does not show the message: write it here');
    this.#message = undefined;
    this.#parser.sent({ bytes: Buffer.from(text), as: 'message' });
    this.#begin({ kind: 'message', text }, 1);
  }

  #server(text: string): void {
    // A server says nothing before a message ends: the program does not show it, or not its dot.
    if (this.#message !== undefined) this.#endMessage();
    this.#parser.push(Buffer.from(`${text}\r\n`));
    try {
      for (let reply = this.#parser.take(); reply !== undefined; reply = this.#parser.take()) this.#came(reply);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#comments.push(`not a reply: ${text}`);
      this.#parser.drain();
    }
  }

  #came(reply: Exclude<Came, 'closed'>): void {
    const asksForMore = this.#protocol.replies.asksForMore(reply);
    if (this.#literal !== undefined && asksForMore === false) this.#endLiteral(this.#literal);
    this.#continuing = asksForMore ?? this.#continuing;
    // The request for a literal belongs to its command.
    if (this.#literal !== undefined && asksForMore) {
      this.#continuing = false;
      return;
    }
    const due = this.#done.find((each): each is Building => 'due' in each && each.due > 0);
    const last = this.#last();
    if (due !== undefined) {
      due.came.push(reply);
      due.due--;
    } else if (last?.did.kind === 'message') last.came.push(reply);
    else
      this.#done.push({
        did: { kind: 'wait' },
        came: [reply],
        comments: this.#takeComments(),
        pipelined: false,
        due: 0,
      });
    const command = due?.did.kind === 'line' ? due.did.text : '';
    if (asksForMore && this.#protocol.transfersMail && /^DATA\s*$/i.test(command)) {
      this.#message = [];
      this.#continuing = false;
    }
  }

  #takeComments(): string[] {
    const comments = this.#comments;
    this.#comments = [];
    return comments;
  }
}

/** Gives the literal at the end its octets. */
function fillLast(parts: Part[], literal: string): void {
  const last = parts.at(-1);
  parts[parts.length - 1] = { literal, plus: last !== undefined && 'plus' in last && last.plus };
}
