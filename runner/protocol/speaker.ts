/** Decides who sent each line of a session as a terminal showed it, without marks. Call it with the lines in order. */
export interface Speaker {
  /** Whether the server sent this line. What is due distinguishes it from the client's lines. */
  isServer(line: string): boolean;
}

/** RFC 5321 section 4.2; after 354 the client sends a message, after 334 a response. */
export function smtpSpeaker(): Speaker {
  let inMessage = false;
  let challenged = false;
  return {
    isServer(line) {
      if (inMessage) {
        inMessage = line !== '.';
        return false;
      }
      const code = /^([2-5][0-9]{2})(?:[ -]|$)/.exec(line)?.[1];
      if (challenged || code === undefined) {
        challenged = false;
        return false;
      }
      inMessage = code === '354';
      challenged = code === '334';
      return true;
    },
  };
}

/** RFC 1939 section 3: a status line and, for commands that have one, a body up to a dot. */
export function pop3Speaker(): Speaker {
  let inBody = false;
  let challenged = false;
  let mayHaveBody = false;
  return {
    isServer(line) {
      if (inBody) {
        inBody = line !== '.';
        return true;
      }
      if (!challenged && /^(?:\+OK|-ERR)(?: |$)/.test(line)) {
        inBody = mayHaveBody && line.startsWith('+OK');
        mayHaveBody = false;
        return true;
      }
      if (!challenged && /^\+(?: |$)/.test(line)) {
        challenged = true;
        return true;
      }
      mayHaveBody = !challenged && /^(?:CAPA|RETR \d+|TOP \d+ \d+|LIST|UIDL|AUTH)$/i.test(line.trim());
      challenged = false;
      return false;
    },
  };
}

/** RFC 9051 section 2.2: untagged responses, continuation requests, tagged responses; literals of both sides. */
export function imapSpeaker(): Speaker {
  const tags = new Set<string>();
  /** The octets of a literal that are still to come. */
  let literal = 0;
  let isServers = true;
  /** The line continues after a literal. */
  let continues = false;
  let challenged = false;
  const announced = (line: string) => Number(/\{([0-9]+)\+?\}$/.exec(line)?.[1] ?? -1);
  return {
    isServer(line) {
      if (literal > 0) {
        literal -= Buffer.byteLength(line) + '\r\n'.length;
        // The rest of the line, such as FETCH's last parenthesis, follows the octets, on this line or on one of its
        // own.
        continues = literal === 0 || announced(line) >= 0;
        if (literal <= 0) literal = Math.max(0, announced(line));
        return isServers;
      }
      if (continues && isServers && !startsResponse(line, tags)) {
        continues = announced(line) >= 0;
        literal = Math.max(0, announced(line));
        return true;
      }
      continues = false;
      isServers = !challenged && startsResponse(line, tags);
      if (!challenged && /^\+(?: |$)/.test(line)) {
        challenged = true;
        isServers = true;
        return true;
      }
      challenged = false;
      if (!isServers) {
        const tag = /^([A-Za-z0-9.]+) +[A-Za-z]/.exec(line)?.[1];
        if (tag !== undefined) tags.add(tag);
      } else {
        literal = Math.max(0, announced(line));
      }
      return isServers;
    },
  };
}

function startsResponse(line: string, tags: ReadonlySet<string>): boolean {
  if (line.startsWith('* ')) return true;
  const [, tag = '', status] = /^(\S+) (OK|NO|BAD)(?: |$)/i.exec(line) ?? [];
  return status !== undefined && tags.has(tag);
}

/** RFC 5804 section 1.2: strings up to OK, NO or BYE. A client's command begins with a word. */
export function sieveSpeaker(): Speaker {
  let challenged = false;
  return {
    isServer(line) {
      if (challenged) {
        challenged = false;
        return false;
      }
      if (/^(?:OK|NO|BYE)(?:[ (]|$)/i.test(line)) return true;
      challenged = /^"[A-Za-z0-9+/=]*"$/.test(line) && line.length > '""'.length + 8;
      return /^(?:"|\{\d+\+?\}$)/.test(line);
    },
  };
}
