import type { Product } from './remedy.ts';

/**
 * How servers identify themselves in greetings, EHLO replies, ID and CAPA, and phrases that only they use. The first
 * match counts.
 */
const signs: readonly (readonly [Product, RegExp])[] = [
  ['opensmtpd', /OpenSMTPD/],
  ['exim', /\bExim\b|relay not permitted|Unrouteable address/],
  ['cyrus', /\bCyrus\b/i],
  ['courier', /\bCourier\b|courier-imap|Hello there\./i],
  ['dovecot', /\bDovecot\b|Pigeonhole|\[AUTHENTICATIONFAILED\] Authentication failed\./i],
  ['sendmail', /\bSendmail\b|Relaying denied/],
  [
    'postfix',
    /\bPostfix\b|Relay access denied|User unknown in (?:virtual|local|relay) |\(in reply to |Ok: queued as [0-9A-Za-z]{6,}/,
  ],
  ['qmail', /\bqmail\b|netqmail|s\/qmail|\bqp \d+\b|that domain isn't in my list of allowed rcpthosts|\(#\d\.\d\.\d\)/],
];

/** The product that typically sends this text. */
export function recognize(text: string): Product | undefined {
  return signs.find(([, sign]) => sign.test(text))?.[0];
}
