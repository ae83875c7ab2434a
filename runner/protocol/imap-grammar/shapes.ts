import { listOf, type RecordShape, recordOf, type Shape } from '../../shape.ts';

/** What the parsed data of responses can be, by name: see the grammar's files. A test compares them with what is parsed. */

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

/** Parts contain parts: deeper than these, anything is taken. */
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

/** FETCH items have sections in their names: others are texts. */
const messageData = recordOf(
  {
    seq: 'number',
    // Before the reply's EXPUNGE responses: the engine follows them.
    original: 'number',
    UID: 'number',
    FLAGS: 'words',
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
    'X-GM-LABELS': 'words',
  },
  'text',
);

const mailboxList = recordOf(
  { ...names, delimiter: 'text', attributes: 'words', childinfo: 'words', oldname: 'text' },
  'text',
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
);

const namespaces = listOf(recordOf({ prefix: 'text', delimiter: 'text' }, 'any'));

/** Response codes with data, by name; all have a name that stands for themselves. */
const codes: RecordShape['record'] = {
  CAPABILITY: 'words',
  PERMANENTFLAGS: 'words',
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

/** RFC 9051 section 7.3.4, with `tag`, `mailbox` and `uidvalidity` of its correlator. */
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
  },
  'text',
);

/** A list, and RFC 7162 section 3.1.5's MODSEQ beside it. */
const numbers: Shape = { ...recordOf({ MODSEQ: 'number' }), text: true };

export const untaggedShapes: Readonly<Record<string, Shape>> = {
  CAPABILITY: 'words',
  ENABLED: 'words',
  FLAGS: 'words',
  LIST: mailboxList,
  LSUB: mailboxList,
  XLIST: mailboxList,
  NAMESPACE: recordOf({ personal: namespaces, other: namespaces, shared: namespaces }),
  STATUS: status,
  ESEARCH: extendedSearch,
  SEARCH: numbers,
  // RFC 5256 section 4: in the order that was asked for.
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
  // A number, and the same with the number that the message had before.
  EXPUNGE: { ...recordOf({ seq: 'number', original: 'number' }), text: true },
  FETCH: messageData,
};

export const responseCodeShape: Shape = { ...recordOf(codes, 'any'), text: true };

/** The names that the grammar has data for. */
export function shapeOfUntagged(name: string): Shape {
  const shape = Object.hasOwn(untaggedShapes, name) ? untaggedShapes[name] : undefined;
  if (shape === undefined) return 'any';
  // As it stands on the wire, a record is a text as well.
  return typeof shape === 'object' && 'record' in shape ? { ...shape, text: true } : shape;
}
