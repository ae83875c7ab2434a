import type { ProtocolName } from '../plan.ts';
import type { Transport } from '../transport/transport.ts';
import { CheckError } from './check.ts';
import { limits } from './limits.ts';

interface Exchange {
  readonly send?: string;
  /** The last line of the reply. */
  readonly ends: RegExp;
  /** The same line, when the server agrees. */
  readonly agrees: RegExp;
}

// RFC 5321 section 4.2.1: the last line has no hyphen behind the code.
const smtpEnd = /^\d{3}(?: .*)?$/;

const smtp = (hello: string): readonly Exchange[] => [
  { ends: smtpEnd, agrees: /^220/ },
  { send: hello, ends: smtpEnd, agrees: /^250/ },
  { send: 'STARTTLS', ends: smtpEnd, agrees: /^220/ }, // RFC 3207 section 4
];

// RFC 5804 section 1.2
const sieveEnd = /^(?:OK|NO|BYE)\b/i;

/** How each protocol asks for TLS; a line service has no way of its own. */
const dialogues: Readonly<Record<Exclude<ProtocolName, 'line'>, readonly Exchange[]>> = {
  smtp: smtp('EHLO'),
  lmtp: smtp('LHLO'),
  imap: [
    { ends: /^\* /, agrees: /^\* OK/i },
    { send: 'a001 STARTTLS', ends: /^(?:a001|\* BYE)\b/i, agrees: /^a001 OK/i }, // RFC 9051 section 6.2.1
  ],
  pop3: [
    { ends: /^[+-]/, agrees: /^\+OK/i },
    { send: 'STLS', ends: /^[+-]/, agrees: /^\+OK/i }, // RFC 2595 section 4
  ],
  sieve: [
    { ends: sieveEnd, agrees: /^OK/i },
    { send: 'STARTTLS', ends: sieveEnd, agrees: /^OK/i }, // RFC 5804 section 2.2
  ],
};

/** Asks the server for TLS, so that the handshake can follow. Throws a `CheckError` when it does not agree. */
export async function askForTls(
  transport: Transport,
  protocol: ProtocolName,
  deadline: number,
  note: (text: string) => void,
): Promise<void> {
  if (protocol === 'line') {
    throw new CheckError(
      'input.value',
      `Cannot ask ${transport.facts.remote} for TLS: a line service has no STARTTLS`,
      {
        hint: 'Write the server with "tls:" where TLS begins with the first octet',
      },
    );
  }
  for (const { send, ends, agrees } of dialogues[protocol]) {
    const command =
      send === undefined ? undefined : /^(?:EHLO|LHLO)$/.test(send) ? `${send} ${ownName(transport)}` : send;
    if (command !== undefined) await transport.write(Buffer.from(`${command}\r\n`), deadline);
    const reply = await replyOf(transport, ends, deadline);
    if (agrees.test(reply)) continue;
    const to = command === undefined ? 'instead of a greeting' : `to "${command}"`;
    throw new CheckError('tls.handshake', `Cannot begin TLS: the server says "${reply}" ${to}`);
  }
  note('the server agreed to begin TLS');
  const left = transport.available();
  if (left.length > 0) throw leftOver(left.toString('latin1'));
}

/** RFC 5321 section 4.1.3: an address literal, for a client without a name. */
function ownName(transport: Transport): string {
  const address = /^\[?(.*?)\]?:\d+$/.exec(transport.facts.local ?? '')?.[1] ?? '127.0.0.1';
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`;
}

async function replyOf(transport: Transport, ends: RegExp, deadline: number): Promise<string> {
  let text = '';
  let looked = 0;
  for (;;) {
    const octets = await transport.read(deadline);
    if (octets === null)
      throw new CheckError('connection.closed', 'Cannot begin TLS: the server closed the connection');
    text += octets.toString('latin1');
    if (text.length > limits.plainDialogue) {
      throw new CheckError(
        'protocol.limit',
        `Cannot begin TLS: the reply has more than ${limits.plainDialogue} octets`,
      );
    }
    for (let end = text.indexOf('\n', looked); end >= 0; end = text.indexOf('\n', looked)) {
      const line = text.slice(looked, end).replace(/\r$/, '');
      looked = end + 1;
      if (!ends.test(line)) continue;
      if (looked < text.length) throw leftOver(text.slice(looked));
      return line;
    }
  }
}

function leftOver(text: string): CheckError {
  return new CheckError('tls.plaintext', `plaintext was left over when TLS began (response injection): "${text}"`);
}
