import type { ProblemCode } from '../result.ts';

interface CodeWords {
  /** What it means, as a sentence. */
  readonly means: string;
  /** What to do. */
  readonly remedy: string;
  /** An example of a failure's first line. */
  readonly example: string;
}

/** The codes that failures show in brackets; `mailspec explain` prints these. */
export const codeWords: Readonly<Record<ProblemCode, CodeWords>> = {
  'reply.mismatch': {
    means: 'The server replied, and the reply does not match the expectation.',
    remedy: 'Compare the expected and the actual reply. If the reply is right, correct "expect" in the scenario.',
    example: 'RCPT TO:<bob@example.org>: expected 550 or 554, got 250 2.1.5 Ok',
  },
  'reply.timeout': {
    means: 'The server sent no complete reply in time.',
    remedy:
      'Look in the server\'s log for what it waits for: a name server, a milter, a policy service. A slow server needs a longer "timeout".',
    example: 'MAIL FROM:<a@example.com>: no complete reply within 10 s',
  },
  'reply.unread': {
    means: 'A reply was there that no step had expected, when the next line was to be sent or the scenario ended.',
    remedy: 'Add an "expect" for it. A greeting needs one of its own. "early: true" sends although replies are due.',
    example: 'EHLO client.example was not sent: the reply "220 mail.example.com ESMTP" was not expected by any step',
  },
  'reply.unexpected': {
    means: 'The server sent something where silence or the end of the connection was expected.',
    remedy: 'Look at what it sent: it may have executed a command that it should have ignored.',
    example: 'the server sent a reply where nothing was expected: 250 2.0.0 Ok',
  },
  'connection.closed': {
    means: 'The server closed the connection before its reply was complete.',
    remedy:
      "Look in the server's log for an error at this time, or for a limit: too many connections, errors, or a ban.",
    example: 'STARTTLS: the server closed the connection without a reply',
  },
  'connection.open': {
    means: 'The server was expected to close the connection and left it open.',
    remedy: 'Look at the limit that the scenario is about, or give "closed" more time with "within".',
    example: 'the connection is still open after 10 s',
  },
  'protocol.violation': {
    means: "A reply departs from the protocol's grammar.",
    remedy:
      'Report it to the makers of the server. Until it is corrected, "tolerate" accepts the finding that the failure names; "mailspec explain FINDING" cites the rule.',
    example: 'SELECT INBOX: the reply violates the protocol: imap.flag-list.trailing-space',
  },
  'protocol.limit': {
    means: 'A reply is larger than mailspec reads.',
    remedy: 'Ask for less, such as fewer messages at once.',
    example: 'FETCH 1:* BODY[]: the reply exceeds a limit: a reply is longer than 16777216 octets',
  },
  'tls.handshake': {
    means: 'The TLS handshake failed.',
    remedy:
      'Check that the server has a certificate and a key that it can read, and which versions and ciphers it accepts.',
    example: 'the TLS handshake failed: the server closed the connection at the ClientHello',
  },
  'tls.certificate': {
    means: "The server's certificate is not trusted, has expired, or is for another name.",
    remedy: 'Renew or replace the certificate with its whole chain, then reload every service that uses it.',
    example: 'certificate of mail.example.com expired 3 days ago (2026-11-23)',
  },
  'tls.plaintext': {
    means: 'After the handshake, the server answered what was sent before it: commands can be injected.',
    remedy: 'Update the server: this is CVE-2011-0411 and its relatives.',
    example: 'plaintext was left over when TLS began',
  },
  'tls.unexpected': {
    means: 'A handshake succeeded that was expected to fail.',
    remedy: 'Disable the version or the cipher that the scenario offers.',
    example: 'the handshake was expected to fail, and succeeded with TLSv1',
  },
  'auth.failed': {
    means: 'The login was refused, or its exchange did not end.',
    remedy: 'Check the name (with or without the domain), the password, and the log of the authentication service.',
    example: 'AUTHENTICATE PLAIN: expected a positive reply, got NO [AUTHENTICATIONFAILED] Authentication failed.',
  },
  'auth.signature': {
    means: 'The server could not prove that it knows the password (SCRAM).',
    remedy: 'Check that the connection ends at your server, and not at another one in between.',
    example: "the server's signature is wrong",
  },
  'capture.missing': {
    means: 'A reply does not contain what a later step needs from it.',
    remedy: 'Look at the reply, and at the pattern under "capture".',
    example: 'UIDL 1: nothing to capture as "id"',
  },
  'check.mismatch': {
    means: 'What a check looked at (DNS, HTTP, a port, a certificate, a mailbox, a log) is not as expected.',
    remedy: 'Compare the expected and the actual value below the headline.',
    example: 'certificate mx: expected days_left to be at least 7, got 3',
  },
  'scenario.timeout': {
    means: 'The scenario as a whole took too long.',
    remedy: 'Look at the times in the transcript for the step that took them, or raise the scenario\'s "timeout".',
    example: 'the scenario took longer than 60 s',
  },
  'client.mismatch': {
    means: 'In "mailspec serve": the client sent something other than the scenario sends.',
    remedy: 'Correct the client, or write "client" on the step where the client may choose.',
    example: 'expected the client to send "MAIL FROM:<a@example.com>", got "RSET"',
  },
  'client.timeout': {
    means: 'In "mailspec serve": the client did not send what the scenario sends next.',
    remedy: 'Find out what the client waits for: perhaps it needs another reply. "--timeout" gives it more time.',
    example: 'expected the client to send "QUIT", and nothing came within 60 s',
  },
  'client.closed': {
    means: 'In "mailspec serve": the client closed the connection before the scenario had ended.',
    remedy:
      "Look in the transcript for the reply before that, and in the client's own log for how it understood that reply.",
    example: 'expected the client to send "QUIT", and it closed the connection',
  },
  'connect.failed': {
    means: 'The connection was refused, or ended while it was being established.',
    remedy: 'Start the service, and check with "ss -ltnp" that it listens on this address and port.',
    example: 'server "mx": Cannot connect to "192.0.2.25:25": connection refused',
  },
  'connect.timeout': {
    means: 'Nothing answered at this address and port.',
    remedy: 'Check the firewalls on both sides. Many networks block outgoing connections to port 25.',
    example: 'server "mx": Cannot connect to "192.0.2.25:25": no answer within 10 s',
  },
  'connect.name': {
    means: "The server's name has no address.",
    remedy: 'Correct the name in the configuration, or its A and AAAA records.',
    example: 'Cannot find an address of "imap.example": no such name',
  },
  'input.value': {
    means: 'A value that only the run knew cannot be used there.',
    remedy: 'Look at the capture or the variable that it comes from.',
    example: 'Cannot send the user: it contains a line break',
  },
  'runner.error': {
    means: 'mailspec itself failed.',
    remedy: 'Report it, with the text of the failure.',
    example: 'an unexpected error: …',
  },
};
