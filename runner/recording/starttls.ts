import type { Protocol } from '../protocol/protocol.ts';

/** Detects where TLS begins on a relayed connection, whatever else is sent on it. */
export interface StartTlsWatch {
  /** Whether these octets of the client belong to TLS: they are the beginning of its ClientHello. */
  begins(octets: Buffer): boolean;
  fromClient(octets: Buffer): void;
  fromServer(): void;
}

/** The longest line that could be the command. */
const longestCommand = 256;

/**
 * The command by itself is not enough: it may be a line of a message, be refused, or be one of several that were sent
 * at once. TLS has begun if the client's next octets after the command and a reply are a handshake record (RFC 8446
 * section 5.1).
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
