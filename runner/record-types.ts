/** The DNS types that a scenario may ask for, and whose data the check tells; `ANY` asks for all. */
export const recordTypes = [
  'A',
  'AAAA',
  'MX',
  'TXT',
  'SRV',
  'PTR',
  'CNAME',
  'NS',
  'SOA',
  'CAA',
  'TLSA',
  'DNAME',
  'DS',
  'DNSKEY',
  'NAPTR',
  'ANY',
] as const;

export type RecordType = (typeof recordTypes)[number];
