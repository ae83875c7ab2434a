import type { Text } from './plan.ts';
import type { TlsOptions } from './server-options.ts';

/** Where mail that leaves the server under test is received: an entry of the configuration's `receivers`. */
export interface Receiver {
  readonly label: string;
  /** `smtp://127.0.0.1:2525` */
  readonly url: Text;
  /** The name it greets with and has its certificate for. */
  readonly hostname: string;
  readonly starttls: boolean;
  /** Its certificate and key, if it does not make them; the versions that it accepts. */
  readonly tls: Pick<TlsOptions, 'cert' | 'key' | 'min' | 'max'>;
  /** Octets: the SIZE that it advertises and enforces. */
  readonly size: number;
}

/** What a scenario receives there, and how it answers. */
export interface Receiving {
  readonly receiver: Receiver;
  /** Mail for these addresses is the scenario's; none: mail that names `${scenario.id}` anywhere. */
  readonly recipients: readonly Text[];
  /** To each try of a recipient in turn; the last one stays. None: accepted. */
  readonly rcpt: readonly ReceiverReply[];
  /** Likewise, to each try of a message. */
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
  /** When, milliseconds since the epoch. */
  readonly time: number;
}

export interface Envelope {
  /** Empty for the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  /** Those of MAIL, by their keywords in upper case. */
  readonly parameters: Readonly<Record<string, string | true>>;
}

/** Who delivered it, and how. */
export interface ReceiverSession {
  readonly client: string;
  /** The name in EHLO, HELO or LHLO. */
  readonly helo: string;
  /** None where it was not encrypted. */
  readonly tls?: { readonly protocol: string; readonly cipher: string; readonly cipher_openssl: string };
}

/** A recipient or a message that was refused, because the scenario says so. */
export interface Refusal {
  readonly command: 'RCPT' | 'message';
  readonly envelope: Envelope;
  readonly session: ReceiverSession;
  readonly reply: ReceiverReply;
  readonly time: number;
}

/** What one receiver has for a scenario so far, oldest first. */
export interface Received {
  readonly messages: readonly Arrival[];
  readonly refused: readonly Refusal[];
}
