import type { CertificateFault } from '../evidence.ts';
import { many } from '../phrase.ts';
import { visible } from '../visible.ts';
import { enumerate } from './text.ts';

/** `certificate of mail.example.com expired 3 days ago (2026-11-23)` */
export function faultWords(fault: CertificateFault): string {
  return visible(`certificate of ${fault.name} ${wrongWords(fault)}`);
}

function wrongWords(fault: CertificateFault): string {
  switch (fault.wrong) {
    case 'expired':
      return `${part(fault.of)}expired ${fault.days === 0 ? 'today' : `${many(fault.days, 'day')} ago`} (${fault.date})`;
    case 'expires':
      return `${part(fault.of)}expires ${fault.days === 0 ? 'today' : `in ${many(fault.days, 'day')}`} (${fault.date})`;
    case 'not yet valid':
      return `${part(fault.of)}is not valid before ${fault.date}`;
    case 'self-signed':
      return 'is self-signed, and not itself trusted';
    case 'own authority':
      return `has a chain that ends in the self-signed "${fault.authority}", which is not trusted`;
    case 'unknown issuer':
      return `has the unknown issuer "${fault.issuer}": an intermediate certificate is missing, or the CA is not trusted`;
    case 'another name': {
      const names = fault.names.length === 0 ? 'no name' : enumerate(fault.names, (name) => `"${name}"`);
      return `is not for "${fault.asked}": it is for ${names}`;
    }
    case 'other':
      return `is not trusted: ${fault.reason}`;
  }
}

function part(of: string | undefined): string {
  return of === undefined ? '' : `has a chain in which "${of}" `;
}
