/** The limits of this room, with their reasons. In octets unless noted. */
export const limits = {
  /**
   * Octets that have arrived and are unread before the socket is paused, so that a flood waits in the server. Larger
   * than all replies that pipelining could accumulate.
   */
  unread: 1024 * 1024,
  /** What each piece counts in addition to its length: a flood of single octets takes as much memory as its objects. */
  pieceOverhead: 256,
  /**
   * Milliseconds that `close` waits for the server's end before the socket is dropped: enough for what follows a QUIT.
   */
  closeGrace: 500,
  /** Milliseconds that a program has to end after its input ended, and again after SIGTERM, before SIGKILL. */
  programGrace: 500,
  /** What is kept of a program's standard error: enough for the reason why it did not start. */
  programErrors: 64 * 1024,
  /** The longest line of a program's standard error that is not cut. */
  programErrorLine: 2000,
  /**
   * Milliseconds to find out which server names refer to the same host. Without an answer each name counts as a host of
   * its own.
   */
  sameHost: 2000,
  /** Secure contexts that are kept: a run has a handful of TLS options, and generated ones must not accumulate. */
  secureContexts: 64,
  /** Certificates that are kept: a run meets those of a few servers, and generated ones must not accumulate. */
  certificates: 64,
  /** Files in a folder of certificates: distributions have about three hundred, with a link for each. */
  folderFiles: 5000,
  /** Octets of a server's part of a handshake that are kept: OpenSSL refuses chains of more than 100 KiB. */
  serverFlight: 256 * 1024,
  /** Octets that are kept of what a server sends instead of a TLS record: a line of a reply. */
  stray: 1024,
  /** The transcript keeps this much from its beginning… */
  transcriptHead: 128 * 1024,
  /** …and this much from its end, so that a message of many megabytes shows how it began and ended. */
  transcriptTail: 128 * 1024,
  /** Lines of a transcript that are kept from its beginning and from its end, against a flood of line endings. */
  transcriptLines: 1000,
  /** The longest line that a transcript shows. RFC 5321 allows 1000 octets, RFC 7162 commands of 8192. */
  transcriptLine: 8192,
} as const;
