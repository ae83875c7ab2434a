/** Every bound of this room, with its reason. Octets unless it says otherwise. */
export const limits = {
  /** A DNS answer's first try waits at least this long for a UDP packet, ms; `dig` waits five seconds, three times. */
  dnsTry: 1000,
  /** What we can take in one UDP packet: DNS flag day 2020's size, which no path fragments. */
  dnsDatagram: 1232,
  /** How long a refusal after a TLS 1.3 handshake is awaited from a server that says nothing, ms: a slow round trip. */
  lateRefusal: 1000,
  /** How far the clock of a responder may be ahead of ours, ms: OpenSSL's own tolerance. */
  clockSkew: 300_000,
  /** The largest body that is looked at: configuration files have some kilobytes. */
  httpBody: 1024 * 1024,
  /** Response headers; Node's own limit for servers is 16 KiB. */
  httpHeaders: 64 * 1024,
  /** Lines of a body or of a log that a transcript shows. */
  shownLines: 20,
  /** Of a command's output, which is what it was run for: `exim -bP config` of a large site. Reports cut a dialogue where they show it. */
  outputLines: 2000,
  /** The longest of these lines that is shown whole, in characters. */
  shownLine: 500,
  /** Elements of an XML document, and how deep they may nest: XPath's time grows with the square of their number. */
  xmlElements: 2000,
  xmlDepth: 100,
  /** Threads that read XML and messages at a time: more would not be faster. */
  asideThreads: 2,
  /** Milliseconds until such a thread is stopped; the largest message takes two seconds. */
  asideTime: 10_000,
  /** What such a thread may keep, besides the document itself. */
  asideMemory: 512 * 1024 * 1024,
  /** Values that one XPath or JSON path finds. */
  foundValues: 1000,
  /** One message, and all messages that one step reads together: a mailbox of gigabytes must not fill memory. */
  message: 32 * 1024 * 1024,
  mailbox: 64 * 1024 * 1024,
  messages: 1000,
  /** Lines of a message that is looked into: the largest one's in base64. The parser keeps a kilobyte for each. */
  messageLines: 450_000,
  /** Attachments and headers of a message that expectations see. */
  messageParts: 1000,
  /** The part of a log that one `log` step looks through: a busy server's minute. */
  log: 8 * 1024 * 1024,
  /** Lines of that part: of eighty octets each there are half as many. */
  logLines: 200_000,
  /** A command's standard output and error, each. */
  output: 1024 * 1024,
  /** Milliseconds between SIGTERM and SIGKILL, and for pipes that the command's children still hold. */
  commandGrace: 500,
} as const;
