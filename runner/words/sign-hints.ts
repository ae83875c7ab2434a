import type { Sign } from '../causes/sign.ts';

/** What the wording of a refusal usually means, for any command. */
export const signHints: readonly { readonly sign: Sign; readonly symptom: string; readonly says: string }[] = [
  {
    sign: 'internal error',
    symptom: '`[SERVERBUG]`, `Internal error occurred` and the like',
    says: 'An internal error usually means that the server cannot use something that it needs, such as the home directory or the Maildir of the user: its log says which',
  },
  {
    sign: 'in use',
    symptom: '`[IN-USE]`, `mailbox locked` and the like',
    says: 'Another session has the mailbox open (a mail program that fetches its mail), or a session that ended badly left its lock',
  },
  {
    sign: 'disk full',
    symptom: '452 4.3.1 and other words for a full disk',
    says: "These words usually mean that the disk of the server's queue is full, or nearly",
  },
  {
    sign: 'mailbox full',
    symptom: '552 5.2.2 and other words for a full mailbox',
    says: 'These words mean that the mailbox is full, or that its quota is too low',
  },
  {
    sign: 'too big',
    symptom: '552 5.3.4 and other words for a message that is too large',
    says: 'These words mean that the message, or the size declared with MAIL, is larger than the server allows',
  },
  {
    sign: 'too much mail',
    symptom: '450 4.7.1 "too much mail", and 452 or 421 "too many messages"',
    says: 'These words mean that the server limits how many messages or recipients an address may send in a minute, or in one session',
  },
  {
    sign: 'name server',
    symptom: '450 4.1.8 and other words for a name that is not found for now',
    says: "A name that is not found for now usually means that the server's name server does not answer; otherwise that the domain does not exist",
  },
  {
    sign: 'no reverse name',
    symptom: '450 4.7.25 and `cannot find your hostname`',
    says: "The server wants a PTR record of this client's address, whose name leads back to it",
  },
  {
    sign: 'lookup',
    symptom: '451 4.3.0 with `lookup failure`',
    says: 'A failed lookup usually means that a table or database of recipients cannot be read: the log names it',
  },
  {
    sign: 'configuration',
    symptom: '451 4.3.5',
    says: 'A configuration error usually means that a setting is wrong, or that a service that it names is down: the log says which',
  },
  {
    sign: 'alias loop',
    symptom: '`Alias expansion error` and other words for a loop',
    says: 'An alias leads back to itself: the log names the address',
  },
];
