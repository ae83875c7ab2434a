/** Every bound of this room, with its reason. Octets unless it says otherwise. */
export const limits = {
  /** The largest message: what a step can look into. */
  message: 32 * 1024 * 1024,
  /** All messages that scenarios have not let go of yet. */
  kept: 64 * 1024 * 1024,
  /** Messages of one scenario, and refusals. */
  messages: 1000,
  /** Recipients of one message; RFC 5321 section 4.5.3.1.8 asks for 100 at least. */
  recipients: 1000,
  /** Simultaneous connections: Postfix opens 20 to a destination, Exim and Sendmail as many as there are messages. */
  connections: 200,
  /** Milliseconds of silence; RFC 5321 section 4.5.3.2.7 asks for five minutes. */
  idle: 300_000,
} as const;
