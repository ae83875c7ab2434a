import { fields, type Probe } from '../probe.ts';

const records: readonly (readonly [name: string, type: string])[] = [
  ['${domain}', 'MX'],
  ['${domain}', 'A'],
  ['${domain}', 'AAAA'],
  ['${domain}', 'TXT'],
  ['${domain}', 'CAA'],
  ['${hostname}', 'A'],
  ['${hostname}', 'AAAA'],
  ['_25._tcp.${hostname}', 'TLSA'],
  ['_dmarc.${domain}', 'TXT'],
  ['_mta-sts.${domain}', 'TXT'],
  ['_smtp._tls.${domain}', 'TXT'],
  ['${dkim_selector}._domainkey.${domain}', 'TXT'],
  ['autoconfig.${domain}', 'A'],
  ['autodiscover.${domain}', 'A'],
  ...['submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'sieve', 'jmap', 'autodiscover'].map(
    (service) => [`_${service}._tcp.\${domain}`, 'SRV'] as const,
  ),
];

/** RFC 6761: names without data in DNS. */
const reserved = /(?:^|\.)(?:test|example|invalid|localhost|local)$/;

/** What DNS contains for the domain, and what web servers return to mail clients. */
export function dnsProbes(domain: string | undefined, hasResolver: boolean): readonly Probe[] {
  if (domain === undefined || (reserved.test(domain) && !hasResolver)) return [];
  return records.map(([name, type]) => ({
    file: 'dns',
    name: `${type} of ${name}`,
    steps: [
      { dns: { name, type, ...(hasResolver && { resolver: '${resolver}' }) }, expect: fields('status', 'answers') },
    ],
  }));
}

const documents: readonly (readonly [name: string, url: string])[] = [
  ['The configuration file of Thunderbird', '${autoconfig}/mail/config-v1.1.xml?emailaddress=${user}'],
  ['The policy of MTA-STS', '${mta_sts}/.well-known/mta-sts.txt'],
  ['The profile of Apple Mail', '${mobileconfig}'],
  ['The session of JMAP', '${jmap}/.well-known/jmap'],
];

export function documentProbes(): readonly Probe[] {
  return documents.map(([name, url]) => ({
    file: 'autoconfiguration',
    name,
    steps: [{ http: url, expect: fields('status', 'body') }],
  }));
}
