import assert from 'node:assert/strict';
import { fits } from '../../../fixtures/testing/shapes.ts';
import { crlf } from '../../../fixtures/wire/transcript.ts';
import { shapeOfUntagged, untaggedShapes } from './shapes.ts';
import { parseUntagged } from './untagged.ts';

/** An example of each response with everything that it can contain. */
const samples: readonly string[] = [
  'CAPABILITY IMAP4rev1 AUTH=PLAIN',
  'ENABLED CONDSTORE',
  'FLAGS (\\Seen)',
  'LIST (\\HasChildren) "/" "a" ("CHILDINFO" ("SUBSCRIBED") "OLDNAME" ("b") "X-NEW" (1))',
  'LSUB () NIL a',
  'XLIST () "/" a',
  'NAMESPACE (("" "/")) NIL (("#shared/" "/" "X-P" ("a")))',
  'STATUS a (MESSAGES 1 UNSEEN 2 APPENDLIMIT NIL MAILBOXID (F1) X-ITEM 3)',
  'ESEARCH (TAG "a" MAILBOX "b" UIDVALIDITY 3) UID MIN 1 MAX 2 COUNT 2 MODSEQ 9 ALL 1:2 PARTIAL (1:2 1:2)',
  'SEARCH 1 2',
  'SORT 2 1',
  'THREAD (2)(3 6)',
  'ID ("name" "server")',
  'QUOTA "" (STORAGE 10 512)',
  'QUOTAROOT a "" b',
  'ACL a alice lrs',
  'LISTRIGHTS a alice l r',
  'MYRIGHTS a lrs',
  'VANISHED (EARLIER) 1:3',
  'METADATA a (/private/comment "x")',
  'METADATA a /private/comment',
  'LANGUAGE (en)',
  'OK [APPENDUID 3 4:5] done',
  'NO [COPYUID 3 4 5] done',
  'BAD no',
  'BYE [ALERT] bye',
  'PREAUTH [PERMANENTFLAGS (\\*)] hello',
  '3 EXISTS',
  '0 RECENT',
  '1 EXPUNGE',
  '1 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE "01-Jan-2027 00:00:00 +0000" RFC822.SIZE 3 MODSEQ (5) EMAILID (M1) THREADID NIL PREVIEW "x" SAVEDATE NIL BODY[TEXT] "x" BINARY[1] "x")',
  '1 FETCH (X-GM-MSGID 1 X-GM-THRID 1 X-GM-LABELS (a) X-NEW (b))',
  '1 FETCH (ENVELOPE ("d" "s" (("n" NIL "a" "x")) NIL NIL NIL NIL NIL NIL "<1@x>"))',
  '1 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 3 1 NIL ("inline" NIL) NIL NIL)("image" "png" NIL NIL NIL "base64" 3) "mixed" ("boundary" "b") NIL "en" NIL))',
  '1 FETCH (BODY ("message" "rfc822" NIL NIL NIL "7bit" 3 ("d" "s" NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" NIL NIL NIL "7bit" 3 1) 5))',
];

describe('untaggedShapes', () => {
  for (const text of samples) {
    it(`untaggedShapes has the data of ${text.slice(0, 60)}`, () => {
      const raw = crlf(`* ${text}`);
      const { response, findings } = parseUntagged(
        { raw, end: raw.length - 2, findings: [] },
        { protocol: 'imap', utf8: false, secured: false },
      );
      assert.deepEqual(findings, []);
      // The engine makes this a record if an expectation asks for a field.
      const data = response.name === 'EXPUNGE' ? { seq: response.data ?? 0 } : response.data;
      assert.deepEqual(fits(data, shapeOfUntagged(response.name), response.name), []);
    });
  }

  it('untaggedShapes is proved for each name', () => {
    const names = samples.map((text) => /^(?:\d+ )?(\S+)/.exec(text)?.[1]);
    assert.deepEqual(
      Object.keys(untaggedShapes).filter((name) => !names.includes(name)),
      [],
    );
  });
});
