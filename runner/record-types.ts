/** The DNS types that a scenario may query and whose data the check reports; `ANY` queries all of them. */
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
