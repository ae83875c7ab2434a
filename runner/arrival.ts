import type { Text } from './plan.ts';
import type { TlsOptions } from './server-options.ts';

/** Where mail that leaves the server under test is received: an entry of the configuration's `receivers`. */
export interface Receiver {
  readonly label: string;
  /** `smtp://127.0.0.1:2525` */
  readonly url: Text;
  /** The name that it greets with, and that its certificate is for. */
  readonly hostname: string;
  readonly starttls: boolean;
  /** Its certificate and key, if it does not generate them, and the TLS versions that it accepts. */
  readonly tls: Pick<TlsOptions, 'cert' | 'key' | 'min' | 'max'>;
  /** The SIZE that it advertises and enforces, in octets. */
  readonly size: number;
}

/** What a scenario receives at a receiver, and how the receiver replies. */
export interface Receiving {
  readonly receiver: Receiver;
  /**
   * The scenario receives mail for these addresses. If the list is empty: mail that contains `${scenario.id}` anywhere.
   */
  readonly recipients: readonly Text[];
  /**
   * The reply to each attempt at a recipient; the last one is repeated. If the list is empty, recipients are accepted.
   */
  readonly rcpt: readonly ReceiverReply[];
  /** The same for each attempt at a message. */
  readonly message: readonly ReceiverReply[];
}

export interface ReceiverReply {
  readonly code: number;
  /** RFC 3463. */
  readonly enhanced?: string;
  readonly text?: string;
}

/** A message that arrived. */
export interface Arrival {
  readonly octets: Buffer;
  readonly envelope: Envelope;
  readonly session: ReceiverSession;
  /** When it arrived, in milliseconds since the epoch. */
  readonly time: number;
}

export interface Envelope {
  /** Empty for the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  /** The parameters of MAIL, by keyword in upper case. */
  readonly parameters: Readonly<Record<string, string | true>>;
}

/** The client that delivered a message, and how. */
export interface ReceiverSession {
  readonly client: string;
  /** The name in EHLO, HELO or LHLO. */
  readonly helo: string;
  /** Absent if the session was not encrypted. */
  readonly tls?: { readonly protocol: string; readonly cipher: string; readonly cipher_openssl: string };
}

/** A recipient or a message that was refused because the scenario says so. */
export interface Refusal {
  readonly command: 'RCPT' | 'message';
  readonly envelope: Envelope;
  readonly session: ReceiverSession;
  readonly reply: ReceiverReply;
  readonly time: number;
}

/** What one receiver has received for a scenario so far, oldest first. */
export interface Received {
  readonly messages: readonly Arrival[];
  readonly refused: readonly Refusal[];
}
