import { createDecipheriv, createHmac } from 'node:crypto';
import type { ServerFlight } from './transport.ts';

/** RFC 8446 section 5.1, "ContentType". */
const recordTypes = { changeCipherSpec: 20, handshake: 22, applicationData: 23 } as const;
/** RFC 8446 section 4 and RFC 5246 section 7.4, "HandshakeType". */
const messageTypes = { serverHello: 2, newSessionTicket: 4, certificateRequest: 13, finished: 20 } as const;
/** RFC 8446 section 4.2, "ExtensionType". */
const extensionTypes = { supportedVersions: 43, certificateAuthorities: 47, keyShare: 51 } as const;
const tls13 = 0x0304;
const tls12 = 0x0303;

interface Message {
  readonly type: number;
  readonly body: Buffer;
}

/**
 * Parses what a server sent up to its Finished; `octets` must be complete. `secret`: TLS 1.3's
 * `server_handshake_traffic_secret`, without which nothing after ServerHello can be read. OpenSSL has accepted these
 * octets already; if they cannot be parsed all the same, the result is `undefined`.
 */
export function readServerFlight(octets: Buffer, secret: Buffer | undefined): ServerFlight | undefined {
  try {
    return flightOf(messagesOf(octets, secret));
  } catch {
    return undefined;
  }
}

function flightOf(messages: readonly Message[]): ServerFlight | undefined {
  // A HelloRetryRequest is a ServerHello, too, so the last one counts.
  const hello = messages.findLast(({ type }) => type === messageTypes.serverHello);
  if (hello === undefined) return undefined;
  const { version, sessionId, group } = readServerHello(hello.body);
  const request = messages.find(({ type }) => type === messageTypes.certificateRequest);
  return {
    ...(version !== tls13 && { sessionId }),
    ticket: messages.some(({ type }) => type === messageTypes.newSessionTicket),
    ...(group !== undefined && { group }),
    ...(request !== undefined && { authorities: authoritiesOf(request.body, version) }),
  };
}

function readServerHello(body: Buffer) {
  const hello = new Cursor(body);
  const legacyVersion = hello.number(2);
  hello.octets(32);
  const sessionId = hello.vector(1).rest();
  const cipher = hello.number(2);
  hello.number(1);
  const extensions = hello.ended ? new Map<number, Buffer>() : readExtensions(hello.vector(2));
  const share = extensions.get(extensionTypes.keyShare);
  return {
    version: extensions.get(extensionTypes.supportedVersions)?.readUInt16BE() ?? legacyVersion,
    sessionId,
    cipher,
    group: share?.readUInt16BE(),
  };
}

/** RFC 5246 section 7.4.4, RFC 8446 section 4.3.2. */
function authoritiesOf(body: Buffer, version: number): readonly Buffer[] {
  const request = new Cursor(body);
  if (version === tls13) {
    request.vector(1);
    const listed = readExtensions(request.vector(2)).get(extensionTypes.certificateAuthorities);
    return listed === undefined ? [] : readNames(new Cursor(listed).vector(2));
  }
  request.vector(1);
  if (version === tls12) request.vector(2);
  return readNames(request.vector(2));
}

function readNames(list: Cursor): readonly Buffer[] {
  const names: Buffer[] = [];
  while (!list.ended) names.push(list.vector(2).rest());
  return names;
}

function readExtensions(list: Cursor): ReadonlyMap<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  while (!list.ended) extensions.set(list.number(2), list.vector(2).rest());
  return extensions;
}

function messagesOf(octets: Buffer, secret: Buffer | undefined): readonly Message[] {
  const records = new Cursor(octets);
  const messages: Message[] = [];
  let open: ((record: Buffer, header: Buffer) => Buffer) | undefined;
  let pending = Buffer.alloc(0);
  // The last record may be incomplete, since only part is kept.
  while (records.left >= 5) {
    const header = records.octets(5);
    if (records.left < header.readUInt16BE(3)) break;
    const content = records.octets(header.readUInt16BE(3));
    const type = header[0];
    if (type === recordTypes.changeCipherSpec) {
      // Up to TLS 1.2 nothing can be read from here on; in TLS 1.3 the record has no meaning.
      if (secret === undefined) break;
      continue;
    }
    if (type === recordTypes.applicationData) {
      const hello = messages.findLast((each) => each.type === messageTypes.serverHello);
      if (secret === undefined || hello === undefined) break;
      open ??= opener(readServerHello(hello.body).cipher, secret);
      pending = Buffer.concat([pending, open(content, header)]);
    } else if (type === recordTypes.handshake) pending = Buffer.concat([pending, content]);
    else break;
    pending = takeMessages(pending, messages);
    if (messages.at(-1)?.type === messageTypes.finished) break;
  }
  return messages;
}

/** Removes whole messages from the beginning, and returns the rest. */
function takeMessages(octets: Buffer, messages: Message[]): Buffer<ArrayBuffer> {
  let at = 0;
  while (octets.length - at >= 4) {
    const end = at + 4 + octets.readUIntBE(at + 1, 3);
    if (end > octets.length) break;
    messages.push({ type: octets[at] ?? 0, body: octets.subarray(at + 4, end) });
    at = end;
  }
  return Buffer.from(octets.subarray(at));
}

/** RFC 8446 appendix B.4. */
const suites: Readonly<
  Record<number, { readonly cipher: string; readonly key: number; readonly hash: string; readonly tag: number }>
> = {
  4865: { cipher: 'aes-128-gcm', key: 16, hash: 'sha256', tag: 16 },
  4866: { cipher: 'aes-256-gcm', key: 32, hash: 'sha384', tag: 16 },
  4867: { cipher: 'chacha20-poly1305', key: 32, hash: 'sha256', tag: 16 },
  4868: { cipher: 'aes-128-ccm', key: 16, hash: 'sha256', tag: 16 },
  4869: { cipher: 'aes-128-ccm', key: 16, hash: 'sha256', tag: 8 },
};

/** RFC 8446 section 5.2: decrypts the server's protected records, in order. */
function opener(suite: number, secret: Buffer): (record: Buffer, header: Buffer) => Buffer {
  const known = suites[suite];
  if (known === undefined) throw new RangeError(`Unknown cipher suite ${suite}`);
  const key = expandLabel(known.hash, secret, 'key', known.key);
  const iv = expandLabel(known.hash, secret, 'iv', 12);
  let sequence = 0;
  return (record, header) => {
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence++) >>> 0, 8);
    const options = { authTagLength: known.tag };
    const decipher = createDecipheriv(known.cipher as 'aes-128-ccm', key, nonce, options);
    const end = record.length - known.tag;
    decipher.setAuthTag(record.subarray(end));
    decipher.setAAD(header, { plaintextLength: end });
    const opened = Buffer.concat([decipher.update(record.subarray(0, end)), decipher.final()]);
    // The content is followed by its type and by zeros.
    let length = opened.length;
    while (length > 0 && opened[length - 1] === 0) length--;
    return opened[length - 1] === recordTypes.handshake ? opened.subarray(0, length - 1) : Buffer.alloc(0);
  };
}

/** RFC 8446 section 7.1, for at most one block of the hash, and without context. */
function expandLabel(hash: string, secret: Buffer, label: string, length: number): Buffer {
  const full = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, full.length]), full, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}

/** Reads from beginning to end; throws a `RangeError` beyond it. */
class Cursor {
  readonly #octets: Buffer;
  #at = 0;
  constructor(octets: Buffer) {
    this.#octets = octets;
  }
  get left(): number {
    return this.#octets.length - this.#at;
  }
  get ended(): boolean {
    return this.left === 0;
  }
  octets(length: number): Buffer {
    if (length > this.left) throw new RangeError('Cannot read beyond the end');
    this.#at += length;
    return this.#octets.subarray(this.#at - length, this.#at);
  }
  number(length: number): number {
    return this.octets(length).readUIntBE(0, length);
  }
  /** RFC 8446 section 3.4: a vector, preceded by its length in `length` octets. */
  vector(length: number): Cursor {
    return new Cursor(this.octets(this.number(length)));
  }
  rest(): Buffer {
    return this.octets(this.left);
  }
}
