import type { Did, Exchange } from '../authoring/exchange.ts';
import { decodeText } from '../encoding.ts';
import { createGreetedParser } from '../protocol/greeted.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { ProtocolError, type Reply, type ReplyParser } from '../protocol/reply.ts';
import { beginning, isGreeted, positive } from './beginning.ts';
import { addToLiteral, beginLiteral, type ClientLiteral, partsAsFarAs, partsWithFiller } from './client-literal.ts';
import { type Building, grouped, withStartTls } from './grouped.ts';
import { harmless } from './harmless.ts';
import { gapWords, octetsOf, type SaidLine } from './octets.ts';
import type { Entry, Session } from './pasted.ts';

/** The lines of a session as actions and replies, and what remains at its end. */
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

class Reader {
  readonly #protocol: Protocol;
  readonly #parser: ReplyParser;
  readonly #tags: ReturnType<NonNullable<Protocol['createTags']>> | undefined;
  readonly #done: (Building | Exchange)[] = [];
  /** How many exchanges at the beginning have all their replies. */
  #answered = 0;
  #comments: string[] = [];
  #message: string[] | undefined;
  /** Whether something in the message is not UTF-8. */
  #isLatin1 = false;
  /** Whether the entries are exact octets, so that the client's last line may have no line ending. */
  #isExact = false;
  #unended = false;
  /** Whether a gap precedes: then the server's octets are the end of something, until there is a reply. */
  #isAfterGap = false;
  /** A command with literals: its parts, and the octets of a literal that are still due. */
  #literal: ClientLiteral | undefined;
  #continuing = false;
  #at: number | undefined;

  constructor(protocol: Protocol, parser: ReplyParser) {
    this.#protocol = protocol;
    this.#parser = parser;
    this.#tags = protocol.createTags?.();
  }

  add(exchange: Exchange): void {
    this.#done.push(exchange);
  }

  read(entry: Entry): void {
    if ('at' in entry) this.#at = entry.at;
    switch (entry.kind) {
      case 'client':
        this.#client(entry);
        break;
      case 'server':
        this.#server(entry);
        break;
      case 'closed':
        this.#last()?.came.push(entry.truncated ? 'truncated' : 'closed');
        // Replies that are still due will not arrive: what follows is on another connection.
        for (const each of this.#done) if ('due' in each) each.due = 0;
        break;
      case 'unread':
        this.#comments.push(harmless(entry.text));
        break;
      case 'left':
        this.#endUnfinished();
        break;
      case 'gap':
        this.#gap(entry);
        break;
      case 'tls':
        // The command before it shows that already.
        break;
    }
  }

  #gap(gap: Extract<Entry, { readonly kind: 'gap' }>): void {
    this.#comments.push(gapWords(gap));
    if (gap.from === 'client' && this.#literal !== undefined) {
      this.#literal.came += gap.octets;
      this.#literal.hasGap = true;
    }
    if (gap.from === 'client') return;
    this.#parser.drain();
    this.#isAfterGap = true;
  }

  finish(): { readonly exchanges: readonly Exchange[]; readonly rest: readonly string[] } {
    this.#endUnfinished();
    this.#endFarewell();
    const left = decodeText(this.#parser.drain()).trimEnd();
    const rest = [...this.#comments, ...(left === '' ? [] : [harmless(`not a whole reply: ${left}`)])];
    return { exchanges: grouped(this.#done.map((each) => withStartTls(each, this.#protocol))), rest };
  }

  /** Ends what the client had not sent completely when it disconnected, or what the text does not show completely. */
  #endUnfinished(): void {
    const literal = this.#literal;
    const last = this.#last();
    if (literal !== undefined) {
      this.#comments.push('The client left within the literal');
      this.#literal = undefined;
      this.#begin({ kind: 'parts', parts: partsAsFarAs(literal) }, 0);
    } else if (this.#message !== undefined && this.#isExact) {
      this.#comments.push('The client left within the message');
      this.#message = undefined;
    } else if (this.#message !== undefined) this.#endMessage();
    else if (this.#unended) last?.comments.push('The client left before the end of this line');
    this.#unended = false;
  }

  /** Programs close the connection, and people leave, before the reply to QUIT is shown. */
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
    this.#done.push({ did, came: [], comments: this.#comments, pipelined, due, at: this.#at });
    this.#comments = [];
  }

  #last(): Building | undefined {
    const last = this.#done.at(-1);
    return last !== undefined && 'due' in last ? last : undefined;
  }

  #client(line: SaidLine): void {
    const { text } = line;
    this.#isExact = line.end !== undefined;
    this.#unended = line.end === '';
    if (this.#message !== undefined) {
      if (text === '.') this.#endMessage();
      else this.#message.push(text.startsWith('.') ? text.slice(1) : text);
      if (line.latin1) this.#isLatin1 = true;
      return;
    }
    const literal = this.#literal;
    if (literal !== undefined) {
      if (!addToLiteral(literal, line)) return;
      this.#literal = undefined;
      this.#begin({ kind: 'parts', parts: literal.parts }, 1);
      return;
    }
    // A response may be a literal (RFC 5804 section 4): its content is the next line.
    if (this.#continuing && this.#protocol.literals !== undefined && /^\{\d+\+?\}$/.test(text)) return;
    // The line ending after a literal, or a line typed by accident.
    if (text === '' && this.#tags !== undefined && !this.#continuing) return;
    const bytes = Buffer.from(`${text}\r\n`);
    if (this.#continuing) {
      this.#parser.sent({ bytes, as: this.#protocol.continuation });
      this.#begin({ kind: 'line', text: text.replaceAll('\r', '') }, 1);
      return;
    }
    const tag = this.#tags?.of(bytes);
    const command = tag === undefined ? text : text.slice(tag.length + 1);
    this.#parser.sent({ bytes, as: 'command', ...(tag !== undefined && { tag }) });
    this.#literal = beginLiteral(command, this.#protocol);
    if (this.#literal !== undefined) return;
    // A line cannot contain a carriage return; one at the end of a shown line was part of the line ending.
    const plain = command.replace(/\r+$/, '');
    if (plain.includes('\r')) {
      this.#begin({ kind: 'raw', octets: octetsOf(line).toString('latin1') }, 1);
      return;
    }
    this.#begin({ kind: 'line', text: plain }, 1);
  }

  /** A reply shows that the literal was sent. */
  #endLiteral(literal: ClientLiteral): void {
    this.#comments.push('The session does not show the literal: write it here');
    this.#literal = undefined;
    this.#begin({ kind: 'parts', parts: partsWithFiller(literal) }, 1);
  }

  #endMessage(): void {
    const text = (this.#message ?? []).map((line) => `${line}\n`).join('');
    if (text === '') this.#comments.push('The session does not show the message: write it here');
    if (this.#isLatin1) this.#comments.push('The message is not UTF-8: this sends its characters as UTF-8');
    this.#isLatin1 = false;
    this.#message = undefined;
    this.#parser.sent({ bytes: Buffer.from(text), as: 'message' });
    this.#begin({ kind: 'message', text }, 1);
  }

  #server(line: SaidLine): void {
    // A server does not reply before the end of a message: the program does not show it, or not its dot.
    if (this.#message !== undefined) this.#endMessage();
    this.#parser.push(octetsOf(line));
    try {
      for (let reply = this.#parser.take(); reply !== undefined; reply = this.#parser.take()) this.#came(reply);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (!this.#isAfterGap) this.#comments.push(`not a reply: ${line.text}`);
      this.#parser.drain();
    }
  }

  /** The first exchange for which replies are still due. None become due later, so that each is passed only once. */
  #firstDue(): Building | undefined {
    for (; this.#answered < this.#done.length; this.#answered++) {
      const each = this.#done[this.#answered];
      if (each !== undefined && 'due' in each && each.due > 0) return each;
    }
    return undefined;
  }

  #came(reply: Reply): void {
    this.#isAfterGap = false;
    const asksForMore = this.#protocol.replies.asksForMore(reply);
    if (this.#literal !== undefined && asksForMore === false) this.#endLiteral(this.#literal);
    this.#continuing = asksForMore ?? this.#continuing;
    // The request for a literal belongs to the literal's command.
    if (this.#literal !== undefined && asksForMore) {
      this.#continuing = false;
      return;
    }
    const due = this.#firstDue();
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
        at: this.#at,
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
