/** Every bound of this room, with its reason. Octets unless it says milliseconds. */
export const limits = {
  /**
   * Octets that arrived and nobody read, before the socket is paused. A flood then waits in the server.
   * Larger than any reply that pipelining could pile up.
   */
  unread: 1024 * 1024,
  /** What an arriving piece counts on top of its length: a flood of single octets costs as much memory as its objects. */
  pieceOverhead: 256,
  /** Milliseconds that `close` waits for the server's end before the socket is dropped: enough for a QUIT's aftermath. */
  closeGrace: 500,
  /** Milliseconds a program gets to end after its input ended, and again after SIGTERM, before SIGKILL. */
  programGrace: 500,
  /** What is kept of a program's standard error: the reason why it did not start fits. */
  programErrors: 64 * 1024,
  /** The longest line of a program's standard error that is noted whole. */
  programErrorLine: 2000,
  /** Milliseconds to find out which names of servers mean one host. Without an answer each name is a host of its own. */
  sameHost: 2000,
  /** Kept secure contexts: a run has a handful of TLS options, generated ones must not pile up. */
  secureContexts: 64,
  /** Files of a folder of certificates: distributions have some three hundred, with a link for each. */
  folderFiles: 5000,
  /** Octets of a server's part of a handshake that are kept: OpenSSL refuses chains of more than 100 KiB. */
  serverFlight: 256 * 1024,
  /** The transcript keeps this much from its beginning… */
  transcriptHead: 128 * 1024,
  /** …and this much from its end; a message of many megabytes shows how it began and how it ended. */
  transcriptTail: 128 * 1024,
  /** Lines of the transcript that are kept from its beginning, and from its end: a flood of line ends. */
  transcriptLines: 1000,
  /** The longest line a transcript shows; RFC 5321's longest is 1000 octets, RFC 7162's commands reach 8192. */
  transcriptLine: 8192,
} as const;
