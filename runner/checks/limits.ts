/** The limits of this room, with their reasons. In octets unless noted. */
export const limits = {
  /**
   * The least time that the first attempt waits for a DNS response over UDP, in ms; `dig` waits five seconds, three
   * times.
   */
  dnsTry: 1000,
  /** The largest UDP packet that we accept: the size of DNS flag day 2020, which no path fragments. */
  dnsDatagram: 1232,
  /** How long to wait for a refusal after a TLS 1.3 handshake from a silent server, in ms: a slow round trip. */
  lateRefusal: 1000,
  /**
   * How long to wait, before TLS begins, for a server that refuses the connection itself, in ms. Only after a refusal
   * without an alert, which may have been that.
   */
  unasked: 1000,
  /** How far a responder's clock may be ahead of ours, in ms: OpenSSL's own tolerance. */
  clockSkew: 300_000,
  /** The largest body that is read: configuration files have some kilobytes. */
  httpBody: 1024 * 1024,
  /** Response headers; Node's own limit for servers is 16 KiB. */
  httpHeaders: 64 * 1024,
  /** The most lines of a body or log that a transcript shows. */
  shownLines: 20,
  /**
   * The most lines of a command's output, which the command was run for: `exim -bP config` of a large site. Reports
   * shorten dialogues themselves.
   */
  outputLines: 2000,
  /** The longest of these lines that is not cut, in characters. */
  shownLine: 500,
  /** Elements of an XML document, and their nesting: XPath's time grows with the square of their number. */
  xmlElements: 2000,
  xmlDepth: 100,
  /** Threads that parse XML and messages at a time: more would not be faster. */
  asideThreads: 2,
  /** Milliseconds after which such a thread is stopped; the largest message takes two seconds. */
  asideTime: 10_000,
  /** The memory of such a thread, not counting the document itself. */
  asideMemory: 512 * 1024 * 1024,
  /** The most values that one XPath or JSON path may find. */
  foundValues: 1000,
  /** One message, and all messages that one step reads: a mailbox of gigabytes must not fill memory. */
  message: 32 * 1024 * 1024,
  mailbox: 64 * 1024 * 1024,
  messages: 1000,
  /** Messages whose parts are kept for the next step that reads them. */
  parsedMessages: 8 * 1024 * 1024,
  /**
   * Lines of a message that is inspected: as many as the largest one has in base64. The parser keeps a kilobyte for
   * each.
   */
  messageLines: 450_000,
  /** Attachments and headers of a message that are available to expectations. */
  messageParts: 1000,
  /** The part of a log that one `log` step searches: a minute of a busy server. */
  log: 8 * 1024 * 1024,
  /** Lines of that part: with eighty octets each, there are half as many. */
  logLines: 200_000,
  /** A command's standard output, and its standard error. */
  output: 1024 * 1024,
  /** Milliseconds between SIGTERM and SIGKILL, and for pipes that the command's children keep open. */
  commandGrace: 500,
} as const;
