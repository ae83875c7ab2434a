import { listOf, type RecordShape, recordOf, type Shape } from '../../shape.ts';

/**
 * The shapes of responses' parsed data, by name; see the files of the grammar. A test compares them with parsed data.
 */

const names = { name: 'text', encoded: 'text' } as const;

const address = recordOf({ name: 'text', adl: 'text', mailbox: 'text', host: 'text', email: 'text' });

const envelope = recordOf({
  date: 'text',
  subject: 'text',
  from: listOf(address),
  sender: listOf(address),
  'reply-to': listOf(address),
  to: listOf(address),
  cc: listOf(address),
  bcc: listOf(address),
  'in-reply-to': 'text',
  'message-id': 'text',
});

const parameters = recordOf({}, 'text');

/** Parts contain parts: at a greater depth, any value is allowed. */
function bodyOf(depth: number): Shape {
  const inner = depth === 0 ? 'any' : bodyOf(depth - 1);
  return recordOf({
    type: 'words',
    subtype: 'words',
    params: parameters,
    id: 'text',
    description: 'text',
    encoding: 'words',
    size: 'number',
    lines: 'number',
    md5: 'text',
    disposition: recordOf({ type: 'words', params: parameters }),
    language: 'any',
    location: 'text',
    extension: 'any',
    // RFC 9051 section 7.5.2: the parts of a multipart in their order.
    parts: listOf(inner, 'kept'),
    envelope,
    body: inner,
  });
}

const body = bodyOf(3);

/**
 * The names of data that only some servers have, such as `X-GUID`, and of items with a section or a prefix:
 * `BODY[TEXT]`, `DIGEST.SHA1`. The words are Dovecot's and Cyrus's.
 */
const ownNames = /^(?:x|v|vnd|vendor)-|[.[]|^(?:guid|cid|createdmodseq|annotations)$/i;

/** FETCH items with a section in their name are text. */
const messageData = recordOf(
  {
    seq: 'number',
    // The message's number before the reply's EXPUNGE responses, which the engine tracks.
    original: 'number',
    UID: 'number',
    FLAGS: 'names',
    INTERNALDATE: 'text',
    'RFC822.SIZE': 'number',
    ENVELOPE: envelope,
    BODY: body,
    BODYSTRUCTURE: body,
    MODSEQ: 'number',
    EMAILID: 'text',
    THREADID: 'text',
    PREVIEW: 'text',
    SAVEDATE: 'text',
    'X-GM-MSGID': 'number',
    'X-GM-THRID': 'number',
    'X-GM-LABELS': 'names',
    RFC822: 'text',
    ANNOTATION: 'text', // RFC 5257 section 4.2.1
  },
  'text',
  ownNames,
);

const mailboxList = recordOf(
  { ...names, delimiter: 'text', attributes: 'names', childinfo: 'words', oldname: 'text' },
  'text',
  ownNames,
);

const status = recordOf(
  {
    ...names,
    MESSAGES: 'number',
    RECENT: 'number',
    UIDNEXT: 'number',
    UIDVALIDITY: 'number',
    UNSEEN: 'number',
    DELETED: 'number',
    SIZE: 'number',
    'DELETED-STORAGE': 'number',
    HIGHESTMODSEQ: 'number',
    APPENDLIMIT: 'number',
    MAILBOXID: 'text',
  },
  'any',
  ownNames,
);

const namespaces = listOf(recordOf({ prefix: 'text', delimiter: 'text' }, 'any'));

/** The response codes with data, by name; each code also has its name. */
const codes: RecordShape['record'] = {
  CAPABILITY: 'names',
  PERMANENTFLAGS: 'names',
  BADCHARSET: 'words',
  UIDNEXT: 'number',
  UIDVALIDITY: 'number',
  UNSEEN: 'number',
  HIGHESTMODSEQ: 'number',
  APPENDLIMIT: 'number',
  MAILBOXID: 'text',
  APPENDUID: recordOf({ uidvalidity: 'number', uid: 'words' }),
  COPYUID: recordOf({ uidvalidity: 'number', source: 'words', destination: 'words' }),
};

const statusResponse = recordOf({ ...codes, text: 'text', code: 'text' }, 'any');

/** RFC 9051 section 7.3.4, with the `tag`, `mailbox` and `uidvalidity` of its correlator. */
const extendedSearch = recordOf(
  {
    tag: 'text',
    mailbox: 'text',
    uidvalidity: 'number',
    UID: 'truth',
    MIN: 'number',
    MAX: 'number',
    COUNT: 'number',
    MODSEQ: 'number',
    ALL: 'words',
    PARTIAL: 'text', // RFC 9394 section 3.4
    RELEVANCY: 'text', // RFC 6203 section 4
    ADDTO: 'text', // RFC 5267 section 4.3
    REMOVEFROM: 'text',
  },
  'text',
  ownNames,
);

/** A list, and the MODSEQ of RFC 7162 section 3.1.5. */
const numbers: Shape = { ...recordOf({ MODSEQ: 'number' }), text: true };

export const untaggedShapes: Readonly<Record<string, Shape>> = {
  CAPABILITY: 'names',
  ENABLED: 'names',
  FLAGS: 'names',
  LIST: mailboxList,
  LSUB: mailboxList,
  XLIST: mailboxList,
  NAMESPACE: recordOf({ personal: namespaces, other: namespaces, shared: namespaces }),
  STATUS: status,
  ESEARCH: extendedSearch,
  SEARCH: numbers,
  // RFC 5256 section 4: in the requested order.
  SORT: { ...numbers, order: 'kept' },
  THREAD: 'text',
  ID: recordOf({}, 'text'),
  QUOTA: recordOf({ root: 'text' }, recordOf({ usage: 'number', limit: 'number' })),
  QUOTAROOT: recordOf({ ...names, roots: listOf('text') }),
  ACL: recordOf({ ...names, rights: recordOf({}, 'text') }),
  LISTRIGHTS: recordOf({ ...names, identifier: 'text', required: 'text', optional: listOf('text') }),
  MYRIGHTS: recordOf({ ...names, rights: 'text' }),
  VANISHED: recordOf({ earlier: 'truth', uids: 'words' }),
  METADATA: recordOf({ ...names, entries: 'any' }),
  LANGUAGE: listOf('text'),
  OK: statusResponse,
  NO: statusResponse,
  BAD: statusResponse,
  BYE: statusResponse,
  PREAUTH: statusResponse,
  EXISTS: 'number',
  RECENT: 'number',
  // A number, and the number that the message had when the reply began.
  EXPUNGE: { ...recordOf({ seq: 'number', original: 'number' }), text: true },
  FETCH: messageData,
};

export const responseCodeShape: Shape = { ...recordOf(codes, 'any'), text: true };

/** The names of responses with parsed data. */
export function shapeOfUntagged(name: string): Shape {
  const shape = Object.hasOwn(untaggedShapes, name) ? untaggedShapes[name] : undefined;
  if (shape === undefined) return 'any';
  // A record is also text, as it was sent.
  return typeof shape === 'object' && 'record' in shape ? { ...shape, text: true } : shape;
}
