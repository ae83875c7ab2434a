import type { CertificateFault } from '../evidence.ts';
import { type Remedy, remedyOf } from '../remedy.ts';

const renewal: readonly Remedy[] = [
  remedyOf(
    'postfix',
    'Renew the certificate (certbot renew), set smtpd_tls_chain_files (or smtpd_tls_cert_file and smtpd_tls_key_file) to the new files, the chain included, then run "postfix reload". https://www.postfix.org/postconf.5.html#smtpd_tls_chain_files',
  ),
  remedyOf(
    'dovecot',
    'Renew the certificate (certbot renew), set ssl_cert and ssl_key (ssl_server_cert_file and ssl_server_key_file from 2.4) to the new files, the chain included, then run "doveadm reload". https://doc.dovecot.org/latest/core/config/ssl.html',
  ),
  remedyOf(
    'any',
    'Renew the certificate (certbot renew), configure the new files, the chain included, and reload every service that shows it.',
  ),
];
const authority: readonly Remedy[] = [
  remedyOf(
    'any',
    "Use a certificate of an authority that clients know (certbot), with its chain in one file (fullchain.pem). If it is your own authority's, give the server tls: { ca: FILE } in mailspec.yaml.",
  ),
];

/** Used if the scenario that found the error is not about certificates. */
export const certificateRemedies: Partial<Readonly<Record<CertificateFault['wrong'], readonly Remedy[]>>> = {
  expired: renewal,
  expires: renewal,
  'not yet valid': [
    remedyOf('any', "Correct the server's clock and this machine's (NTP), or wait until the certificate is valid."),
  ],
  'another name': [
    remedyOf(
      'any',
      'Get a certificate for the name that clients connect to, or connect to a name that it has: the host in the URL, or tls: { servername: NAME } in mailspec.yaml.',
    ),
  ],
  'self-signed': authority,
  'own authority': authority,
  'unknown issuer': authority,
};
