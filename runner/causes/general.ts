import type { Fault } from '../evidence.ts';
import { type Remedy, remedyOf } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import type { Backend, Symptom, SymptomKind } from './cause.ts';

/** What to do where a service cannot be used at all, whatever a scenario is about. */
const general: Partial<Readonly<Record<SymptomKind, readonly Remedy[]>>> = {
  unreachable: [
    remedyOf(
      'postfix',
      'Start it ("postfix start"), and see with "ss -ltnp" whether the service in master.cf listens on this address and port. https://www.postfix.org/master.5.html',
    ),
    remedyOf(
      'dovecot',
      'Start it ("systemctl start dovecot"), and see in "doveconf -n" whether protocols and the inet_listener\'s port name the service. https://doc.dovecot.org/latest/core/config/service.html',
    ),
    remedyOf(
      'any',
      'Start the service, and see with "ss -ltnp" whether it listens on this address and port; then look at the firewall.',
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
      "Look in the server's log for errors at this time: something that it needs for each session is down, or it waits for a name server.",
    ),
  ],
  handshake: [
    remedyOf(
      'postfix',
      'Let smtpd_tls_chain_files (or smtpd_tls_cert_file and smtpd_tls_key_file) name files that exist and fit together, and smtpd_tls_protocols allow TLS 1.2 and 1.3. https://www.postfix.org/TLS_README.html',
    ),
    remedyOf(
      'dovecot',
      'Let ssl_cert and ssl_key name files that exist and fit together, and set ssl_min_protocol = TLSv1.2. https://doc.dovecot.org/latest/core/config/ssl.html',
    ),
    remedyOf(
      'any',
      'Give the service a certificate and a key that exist, fit together and may be read, and see whether the port speaks TLS from the first octet.',
    ),
  ],
  login: [
    remedyOf(
      'postfix',
      'See that Dovecot (or saslauthd) runs and that smtpd_sasl_path names its socket; "doveadm auth test USER" shows whether the backend works. https://www.postfix.org/SASL_README.html',
    ),
    remedyOf(
      'dovecot',
      'Run "doveadm auth test USER" and look at "doveadm log errors": passdb (its file, database or LDAP server) is wrong or down. https://doc.dovecot.org/latest/core/config/auth/overview.html',
    ),
    remedyOf(
      'courier',
      'Run "authtest USER PASSWORD" and see that authdaemond runs with a module in authmodulelist that works. https://www.courier-mta.org/authlib/README_authlib.html',
    ),
    remedyOf(
      'any',
      'See that the authentication service and its database run, and that user and password in mailspec.yaml are right.',
    ),
  ],
};

/** A reply that every command gets comes from something that all of them pass. */
const temporary = remedyOf(
  'postfix',
  'Temporary errors for every command come from a service that Postfix depends on and that is down: smtpd_milters (milter_default_action), check_policy_service, or a lookup table; the log names it. https://www.postfix.org/MILTER_README.html',
);
const milter = remedyOf(
  'postfix',
  'Start the milter that smtpd_milters names, or remove it there; milter_default_action = accept lets mail through while it is down. https://www.postfix.org/MILTER_README.html',
);
const tlsFirst = remedyOf(
  'postfix',
  'Port 25 must accept mail without TLS: set smtpd_tls_security_level = may for smtp in master.cf and main.cf, and encrypt on submission only. https://www.postfix.org/postconf.5.html#smtpd_tls_security_level',
);

/** What a test needs of a server that protects itself. */
const defenses: Readonly<Record<Extract<Fault, { kind: 'defense' }>['how'], Remedy>> = {
  greylisting: remedyOf(
    'any',
    'Exempt this address from greylisting, or give the server a longer greylisting_wait in mailspec.yaml.',
  ),
  helo: remedyOf('any', 'Set the variable "helo" in mailspec.yaml to a name that exists, preferably of this machine.'),
  'login delay': remedyOf(
    'any',
    'Take the limit away for the test (Cyrus: popminpoll), or give the server a login_delay_wait such as 30m in mailspec.yaml.',
  ),
};

/** Those of the scenario that is about it; of what stops everything, those above. */
export function generalRemedies(
  { kind, decisive }: Symptom,
  first: ScenarioResult,
  backend: Backend | undefined,
): readonly Remedy[] {
  const own = first.scenario.remedies;
  const defense = defenseOf(first);
  if (kind === 'defended' && defense !== undefined) return [defenses[defense]];
  if (backend?.kind === 'authentication') return general.login ?? own;
  if (backend?.kind === 'milter') return [milter, ...others(own, 'postfix')];
  const reply = first.problem?.evidence?.reply;
  if (kind === 'refused' && reply?.status.startsWith('4')) return [temporary, ...others(own, 'postfix')];
  if (kind === 'refused' && reply?.status === '530') return [tlsFirst, ...others(own, 'postfix')];
  if (kind === 'handshake' && decisive) return own;
  return general[kind] ?? own;
}

function defenseOf({ reason }: ScenarioResult): keyof typeof defenses | undefined {
  if (typeof reason !== 'object' || reason.headline.kind !== 'no service') return undefined;
  const { fault } = reason.headline;
  return fault?.kind === 'defense' ? fault.how : undefined;
}

function others(remedies: readonly Remedy[], product: Remedy['product']): readonly Remedy[] {
  return remedies.filter((each) => each.product !== product);
}
