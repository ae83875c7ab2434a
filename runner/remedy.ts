/** How much harm a failure does, the greatest first. The criteria are in docs/writing-packs.md. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** The servers that remedies are written for. */
export const products = ['postfix', 'dovecot', 'exim', 'opensmtpd', 'courier', 'cyrus', 'sendmail', 'qmail'] as const;
export type Product = (typeof products)[number];

/** What to set, and where that is documented. */
export interface Remedy {
  readonly product: Product | 'any';
  readonly text: string;
  readonly url?: string;
}

/** Parses a remedy as written: it may end with a link. */
export function remedyOf(product: Remedy['product'], written: string): Remedy {
  const [, text = '', url] = /^(.*?)(?:\s+(https?:\/\/\S+))?$/s.exec(written.trim()) ?? [];
  return { product, text, ...(url !== undefined && { url }) };
}

/** The remedies for the recognized products; all remedies if no product was recognized or none of them has a remedy. */
export function remediesFor(remedies: readonly Remedy[], known: readonly Product[]): readonly Remedy[] {
  const own = remedies.filter(({ product }) => product !== 'any' && known.includes(product));
  if (own.length > 0) return own;
  const any = remedies.filter(({ product }) => product === 'any');
  return any.length > 0 ? any : remedies;
}
