/** The limits of this room, with their reasons. In octets unless noted. */
export const limits = {
  /** The largest message: the most that a step can search. */
  message: 32 * 1024 * 1024,
  /** All messages that scenarios have not released yet. */
  kept: 64 * 1024 * 1024,
  /** Messages of one scenario, and its refusals. */
  messages: 1000,
  /** Recipients of one message. RFC 5321 section 4.5.3.1.8 requires at least 100. */
  recipients: 1000,
  /** Simultaneous connections: Postfix opens 20 to a destination, Exim and Sendmail as many as there are messages. */
  connections: 200,
  /** Milliseconds of silence. RFC 5321 section 4.5.3.2.7 requires five minutes. */
  idle: 300_000,
} as const;
