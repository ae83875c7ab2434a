import type { Fault } from '../evidence.ts';
import { startText } from '../excerpt.ts';
import type { ReplyLine } from '../mismatch.ts';
import { type Remedy, remedyOf } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import type { Backend, Symptom, SymptomKind } from './cause.ts';
import { certificateRemedies } from './certificate-remedies.ts';
import type { Sign } from './sign.ts';
import { type Remedied, signRemedies } from './sign-remedies.ts';

/** What to do if a service cannot be used at all, whatever the scenario is about. */
const general: Partial<Readonly<Record<SymptomKind, readonly Remedy[]>>> = {
  unreachable: [
    remedyOf(
      'postfix',
      'Start it ("postfix start"), and check with "ss -ltnp" that the service in master.cf listens on this address and port. https://www.postfix.org/master.5.html',
    ),
    remedyOf(
      'dovecot',
      'Start it ("systemctl start dovecot"), and check in "doveconf -n" that protocols lists the service and that its inet_listener has this port. https://doc.dovecot.org/latest/core/config/service.html',
    ),
    remedyOf(
      'any',
      'Start the service, and check with "ss -ltnp" that it listens on this address and port (Postfix: master.cf; Dovecot: protocols and inet_listener); then check the firewall.',
    ),
  ],
  silent: [
    remedyOf(
      'postfix',
      'Look in the log for "fatal" and "warning": a service that Postfix needs is down, such as the SASL socket (smtpd_sasl_path), a milter (smtpd_milters) or a policy service (check_policy_service). https://www.postfix.org/DEBUG_README.html',
    ),
    remedyOf(
      'dovecot',
      'Look in the log for "Fatal" and "Error" ("doveadm log errors"): the auth service or a limit (process_limit, client_limit) stops it. https://doc.dovecot.org/latest/core/admin/logging.html',
    ),
    remedyOf(
      'any',
      "Look in the server's log for errors at this time: something that it needs for each session is down, or it is waiting for a name server.",
    ),
  ],
  handshake: [
    remedyOf(
      'postfix',
      'Check that the certificate and key in smtpd_tls_chain_files (or smtpd_tls_cert_file and smtpd_tls_key_file) exist and belong together, and that smtpd_tls_protocols allows TLS 1.2 and 1.3. https://www.postfix.org/TLS_README.html',
    ),
    remedyOf(
      'dovecot',
      'Check that the files in ssl_cert and ssl_key exist and belong together, and set ssl_min_protocol = TLSv1.2. https://doc.dovecot.org/latest/core/config/ssl.html',
    ),
    remedyOf(
      'exim',
      "Check that the files in tls_certificate and tls_privatekey exist, belong together and are readable by Exim's user, and that tls_require_ciphers allows TLS 1.2 and 1.3. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-encrypted_smtp_connections_using_tlsssl.html",
    ),
    remedyOf(
      'opensmtpd',
      'Check that the files of "pki NAME cert" and "pki NAME key" exist and belong together, and that the key has mode 0600; "smtpd -n" checks them. https://man.openbsd.org/smtpd.conf',
    ),
    remedyOf(
      'courier',
      'Check that the files in TLS_CERTFILE (and TLS_PRIVATE_KEYFILE) of imapd-ssl, pop3d-ssl and esmtpd exist, belong together and are readable by the user "courier". https://www.courier-mta.org/imap/INSTALL.html',
    ),
    remedyOf(
      'cyrus',
      'Check that the files in tls_server_cert and tls_server_key exist, belong together and are readable by the user "cyrus". https://www.cyrusimap.org/imap/reference/manpages/configs/imapd.conf.html',
    ),
    remedyOf(
      'sendmail',
      'Check that the files in confSERVER_CERT and confSERVER_KEY exist and belong together, and that only root can read the key (mode 0600). https://www.sendmail.org/~ca/email/starttls.html',
    ),
    remedyOf(
      'any',
      "Check that the service's certificate and key exist, belong together and are readable, that the port speaks TLS from the first octet, and that no proxy, firewall or TCP wrapper (/etc/hosts.deny) before it refuses this client.",
    ),
  ],
  login: [
    remedyOf(
      'postfix',
      'Check that Dovecot (or saslauthd) is running and that smtpd_sasl_path names its socket, which Postfix must be allowed to use (user = postfix, mode = 0660); "doveadm auth test USER" shows whether the backend works. https://www.postfix.org/SASL_README.html',
    ),
    remedyOf(
      'dovecot',
      'Run "doveadm auth test USER" and "doveadm log errors": the passdb (its file, database or LDAP server) is misconfigured or down. https://doc.dovecot.org/latest/core/config/auth/overview.html',
    ),
    remedyOf(
      'exim',
      'Look in the log for "authenticator failed": it names the file, database or socket that server_condition, server_secret or server_socket of the authenticator cannot read; Exim\'s user must be allowed to. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-smtp_authentication.html',
    ),
    remedyOf(
      'sendmail',
      'Check that saslauthd is running ("testsaslauthd -u USER -p PASSWORD"), that pwcheck_method in Sendmail.conf names it, and that confAUTH_MECHANISMS and TRUST_AUTH_MECH list the mechanism. https://www.sendmail.org/~ca/email/auth.html',
    ),
    remedyOf(
      'cyrus',
      'Check that saslauthd is running ("testsaslauthd -u USER -p PASSWORD"), or that sasl_pwcheck_method: auxprop has its database (sasl_auxprop_plugin). https://www.cyrusimap.org/imap/reference/manpages/configs/imapd.conf.html',
    ),
    remedyOf(
      'opensmtpd',
      'Check the table that "auth <TABLE>" on the "listen on" line names: "smtpctl encrypt" makes its passwords. https://man.openbsd.org/smtpd.conf',
    ),
    remedyOf(
      'courier',
      'Run "authtest USER PASSWORD", and check that authdaemond is running and that a module in authmodulelist works. https://www.courier-mta.org/authlib/README_authlib.html',
    ),
    remedyOf(
      'any',
      'Check that the authentication service and its database are running, and that user and password in mailspec.yaml are right.',
    ),
  ],
};

/** If a service answered earlier in the run. */
const lost = remedyOf(
  'any',
  'It answered earlier in this run. Look in its log for a crash or a restart, and whether it bans this address now ("fail2ban-client status", "nft list ruleset"): if so, exempt the address for tests (ignoreip in jail.local). Sendmail also closes its ports for 15 s once confMAX_DAEMON_CHILDREN of its processes are busy: run with fewer --parallel.',
);

/** If every command gets the same reply, it comes from a part that all of them pass through. */
const temporary: readonly Remedy[] = [
  remedyOf(
    'postfix',
    'Remove soft_bounce = yes, which makes every refusal temporary. Otherwise a service that Postfix depends on is down: smtpd_milters (milter_default_action), check_policy_service, or a lookup table; the log names it. https://www.postfix.org/MILTER_README.html',
  ),
  remedyOf(
    'exim',
    'Look in the log for "temporarily rejected" and in /var/log/exim4/paniclog: they name what the ACL or router cannot reach, such as av_scanner, spamd_address, a ${readsocket…} or a lookup. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html',
  ),
  remedyOf(
    'sendmail',
    'Look in the log for "Milter" and "map": INPUT_MAIL_FILTER or a database that sendmail depends on is down. https://www.sendmail.org/~ca/email/doc8.12/cf/m4/adding_mailfilters.html',
  ),
  remedyOf(
    'any',
    "Look in the server's log: temporary errors for every command come from something that it depends on.",
  ),
];
/** RFC 3207 section 4: a server that receives mail from others must not require TLS. */
const tlsFirst: readonly Remedy[] = [
  remedyOf(
    'postfix',
    'Port 25 must accept mail without TLS: set smtpd_tls_security_level = may for smtp in master.cf and main.cf, and encrypt on submission only. https://www.postfix.org/postconf.5.html#smtpd_tls_security_level',
  ),
  remedyOf(
    'exim',
    'Port 25 must accept mail without TLS: remove "encrypted = *" (or "!encrypted") from its statements in acl_smtp_mail and acl_smtp_rcpt, or limit it to the port of submission ($received_port). https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html',
  ),
  remedyOf(
    'opensmtpd',
    'Port 25 must accept mail without TLS: write "tls" instead of "tls-require" on its "listen on" line. https://man.openbsd.org/smtpd.conf',
  ),
  remedyOf(
    'sendmail',
    'Port 25 must accept mail without TLS: remove TLS_Clt, TLS_Rcpt and "ENCR" from access_db, and M=s from its DAEMON_OPTIONS. https://www.sendmail.org/~ca/email/starttls.html',
  ),
  remedyOf('any', 'Port 25 must accept mail without TLS: require TLS on submission only.'),
];

/** What to set so that a server that protects itself can be tested. */
const defenses: Readonly<Record<Extract<Fault, { kind: 'defense' }>['how'], Remedy>> = {
  limit: remedyOf(
    'any',
    'Exempt this address from the limit for the test, or raise it: these scenarios open more connections or send more at once than it allows.',
  ),
  greylisting: remedyOf(
    'any',
    'Exempt this address from greylisting, or give the server a longer greylisting_wait in mailspec.yaml.',
  ),
  helo: remedyOf('any', 'Set the variable "helo" in mailspec.yaml to a name that exists, preferably of this machine.'),
  'login delay': remedyOf(
    'any',
    'Remove the limit for the test (Cyrus: popminpoll), or give the server a login_delay_wait such as 30m in mailspec.yaml.',
  ),
};

/** A backend named in the log usually has the remedies of a sign. */
const remediedAs: Partial<Readonly<Record<Backend['kind'], Remedied>>> = {
  milter: 'milter',
  policy: 'policy',
  table: 'lookup',
  filter: 'filter',
  disk: 'disk full',
  store: 'internal error',
  limit: 'too many connections',
};

/** The number of suites up to which a common reply is about what they check; if more get it, it is not. */
export const mostAlike = 2;

const refusal: readonly Remedy[] = [
  remedyOf(
    'postfix',
    'Look for this reply in the log: it names the restriction (smtpd_client_restrictions, smtpd_helo_restrictions, smtpd_sender_restrictions, smtpd_recipient_restrictions), table or milter (smtpd_milters) that refuses it. https://www.postfix.org/SMTPD_ACCESS_README.html',
  ),
  remedyOf(
    'exim',
    'Look for this reply in the log ("rejected"): it names the ACL; "exim -bhc ADDRESS" shows its statements one by one. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html',
  ),
  remedyOf('any', "Look for this reply in the server's log: it says which rule, table or filter refuses it."),
];

/** What else is known about a cause. */
interface Circumstances {
  readonly backend?: Backend;
  readonly sign?: Sign;
  /** The number of suites. */
  readonly suites: number;
  /** Whether all servers greeted earlier in the run. */
  readonly isLost: boolean;
}

/** The remedies of the scenario that is about the cause; for what affects everything, those above. */
export function generalRemedies(
  { kind, offer, fault }: Symptom,
  first: ScenarioResult,
  { backend, sign, suites, isLost }: Circumstances,
): readonly Remedy[] {
  const own = first.scenario.remedies;
  const defense = defenseOf(first);
  if (kind === 'defended' && defense !== undefined) return [defenses[defense]];
  if (backend?.kind === 'authentication') return general.login ?? own;
  const known = backend && remediedAs[backend.kind];
  if (known !== undefined) return signRemedies[known];
  if (sign !== undefined) return signRemedies[sign];
  const reply = first.problem?.evidence?.reply;
  // If only one suite gets the reply, it is about what that suite asks for, such as many recipients.
  if (kind === 'refused' && reply?.status.startsWith('4') && (suites > 1 || own.length === 0))
    return suites > mostAlike ? temporary : [...temporary.filter(isPostfix), ...others(own, 'postfix')];
  if (kind === 'refused' && reply !== undefined && wantsTls(reply)) return tlsFirst;
  if (kind === 'refused' && suites > mostAlike) return refusal;
  if (kind === 'unreachable' && isLost) return [lost];
  if (offer !== undefined && own.length > 0) return own;
  if (fault !== undefined && !isAboutCertificates(first)) return certificateRemedies[fault.wrong] ?? own;
  return general[kind] ?? own;
}

/** Other scenarios only need a valid certificate, and their remedies are for other problems. */
function isAboutCertificates({ problem, scenario }: ScenarioResult): boolean {
  return problem?.evidence?.check?.step === 'certificate' && scenario.remedies.length > 0;
}

function defenseOf({ reason }: ScenarioResult): keyof typeof defenses | undefined {
  if (typeof reason !== 'object' || reason.headline.kind !== 'no service') return undefined;
  const { fault } = reason.headline;
  return fault?.kind === 'defense' ? fault.how : undefined;
}

/** RFC 3207 section 4. Other servers reply 530 to clients that have not logged in (RFC 4954 section 6). */
function wantsTls({ status, text }: ReplyLine): boolean {
  return status === '530' && /\bSTARTTLS\b/i.test(startText(text));
}

function isPostfix({ product }: Remedy): boolean {
  return product === 'postfix';
}

function others(remedies: readonly Remedy[], product: Remedy['product']): readonly Remedy[] {
  return remedies.filter((each) => each.product !== product);
}
