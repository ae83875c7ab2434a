import type { Product, Remedy } from '../remedy.ts';

/** The names of products. */
export const productNames: Readonly<Record<Product, string>> = {
  postfix: 'Postfix',
  dovecot: 'Dovecot',
  exim: 'Exim',
  opensmtpd: 'OpenSMTPD',
  courier: 'Courier',
  cyrus: 'Cyrus',
  sendmail: 'Sendmail',
  qmail: 'qmail',
};

/** `Postfix: Set disable_vrfy_command = yes in main.cf. https://…` */
export function remedyWords({ product, text, url }: Remedy): string {
  const name = product === 'any' ? '' : `${productNames[product]}: `;
  return `${name}${text}${url === undefined ? '' : ` ${url}`}`;
}
