import type { Protocol } from '../protocol/protocol.ts';

/** Sees where TLS begins on a connection that is passed on, whatever else is said on it. */
export interface StartTlsWatch {
  /** What the client sends belongs to TLS: the first octets of its ClientHello. */
  begins(octets: Buffer): boolean;
  fromClient(octets: Buffer): void;
  fromServer(): void;
}

/** No line is longer that could be the command. */
const longestCommand = 256;

/**
 * A command alone does not tell: it may be a line of a message, be refused, or be one of several that were sent at once.
 * TLS has begun when the client's next octets after the command and a reply are a handshake record (RFC 8446 section 5.1).
 */
export function watchStartTls({ starttls, createTags }: Protocol): StartTlsWatch {
  const command = starttls && new RegExp(`(?:^|\\n)${createTags ? '\\S+ ' : ''}${starttls.command}\\r?\\n`, 'i');
  let asked = false;
  let answered = false;
  let rest = '';

  return {
    begins: (octets) => asked && answered && octets[0] === 0x16 && (octets[1] ?? 3) === 3,
    fromClient(octets) {
      const text = rest + octets.toString('latin1');
      asked = command?.test(text) ?? false;
      answered = false;
      rest = text.slice(text.lastIndexOf('\n') + 1).slice(0, longestCommand);
    },
    fromServer() {
      answered = true;
    },
  };
}
