import { fields, type Probe } from '../probe.ts';
import type { Target } from './target.ts';

/** Facts of a handshake other than its keys. */
const around = ['session_ticket', 'certificate_request', 'client_authorities'] as const;
const groups = ['X25519', 'P-256', 'P-384', 'P-521', 'X448'] as const;
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** What a server shows and accepts in handshakes. */
export function tlsProbes({ name: server, implicitTls, starttls }: Target): readonly Probe[] {
  if (!implicitTls && !starttls) return [];
  const base = { file: server };
  return [
    {
      ...base,
      name: 'The certificate',
      steps: [
        {
          certificate: { server },
          expect: fields('subject', 'alt_names', 'issuer', 'key', 'trusted', 'days_left', 'chain'),
        },
      ],
    },
    ...versions.map(
      (version): Probe => ({
        ...base,
        name: `A handshake with ${version} only`,
        steps: [
          {
            tls: { server, min: version, max: version },
            expect: fields('state', 'cipher_openssl', 'temporary_key', ...around),
          },
        ],
      }),
    ),
    ordered(server, 'Cipher suites of TLS 1.2, in the order in which the server prefers them', 'TLSv1.2'),
    ordered(server, 'Cipher suites of TLS 1.3, in the order in which the server prefers them', 'TLSv1.3'),
    {
      ...base,
      name: `Key exchanges with one group: ${groups.join(', ')}`,
      steps: groups.map((group) => ({ tls: { server, groups: group }, expect: fields('state') })),
    },
    {
      ...base,
      name: 'Cipher suites that nobody should take',
      steps: ['aNULL', 'eNULL', 'kRSA', 'kDHE', 'SHA1', 'AESCCM', 'CAMELLIA', 'ARIA'].map((ciphers) => ({
        tls: { server, max: 'TLSv1.2', ciphers },
        expect: fields('state'),
      })),
    },
  ];
}

const suites13 = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_128_CCM_SHA256',
];

/** Each handshake excludes what the server picked before. */
function ordered(server: string, name: string, version: 'TLSv1.2' | 'TLSv1.3'): Probe {
  const offer = (picked: readonly string[]) =>
    version === 'TLSv1.3'
      ? suites13.filter((each) => !picked.includes(each)).join(':')
      : ['ALL', ...picked.map((each) => `!${each}`)].join(':');
  const step = (picked: readonly string[]) => ({
    tls: { server, min: version, max: version, ciphers: offer(picked) },
    expect: fields('state', 'cipher_openssl'),
  });
  return {
    file: server,
    name,
    steps: [step([])],
    next(seen) {
      const picked = seen.map(({ cipher_openssl: cipher }) => cipher);
      if (!picked.every((each) => typeof each === 'string') || new Set(picked).size < picked.length) return undefined;
      return offer(picked as readonly string[]) === '' ? undefined : step(picked as readonly string[]);
    },
  };
}
