import { type Remedy, remedyOf } from '../remedy.ts';
import { limitRemedies } from './limit-remedies.ts';
import { proxyRemedies } from './proxy-remedies.ts';
import type { Sign } from './sign.ts';

/** Signs, and problems that show only in a log, not in replies. */
export type Remedied = Sign | 'filter' | 'policy';

/** What to do about each, by product. */
export const signRemedies: Readonly<Record<Remedied, readonly Remedy[]>> = {
  'TLS first': [
    remedyOf(
      'postfix',
      'Begin TLS before the login ("starttls", or smtps:): smtpd_tls_auth_only = yes rightly refuses passwords in clear text. https://www.postfix.org/postconf.5.html#smtpd_tls_auth_only',
    ),
    remedyOf(
      'dovecot',
      'Begin TLS before the login ("starttls", or imaps: and pop3s:): disable_plaintext_auth = yes (auth_allow_cleartext = no from 2.4) rightly refuses passwords in clear text. https://doc.dovecot.org/latest/core/config/ssl.html',
    ),
    remedyOf(
      'courier',
      'Begin TLS before the login ("starttls", or imaps: and pop3s:): IMAP_TLS_REQUIRED = 1 and POP3_TLS_REQUIRED = 1 rightly refuse passwords in clear text. https://www.courier-mta.org/imap/INSTALL.html',
    ),
    remedyOf(
      'any',
      'Begin TLS before the login: write "starttls" before it, or use the scheme with TLS (smtps:, imaps:, pop3s:).',
    ),
  ],
  'TLS off': [
    remedyOf(
      'postfix',
      'Set smtpd_tls_security_level = may, with smtpd_tls_chain_files; for smtps, set smtpd_tls_wrappermode = yes in master.cf. https://www.postfix.org/TLS_README.html',
    ),
    remedyOf(
      'dovecot',
      'Set ssl = yes (or required), with ssl_cert and ssl_key (ssl_server_cert_file and ssl_server_key_file from 2.4). https://doc.dovecot.org/latest/core/config/ssl.html',
    ),
    remedyOf(
      'exim',
      'Set tls_advertise_hosts = * with tls_certificate and tls_privatekey. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-encrypted_smtp_connections_using_tlsssl.html',
    ),
    remedyOf(
      'opensmtpd',
      'Write "tls pki NAME" on the "listen on" line of this port. https://man.openbsd.org/smtpd.conf',
    ),
    remedyOf(
      'courier',
      'Set IMAPDSTARTTLS=YES and POP3_STARTTLS=YES in imapd-ssl and pop3d-ssl, with a TLS_CERTFILE. https://www.courier-mta.org/imap/INSTALL.html',
    ),
    remedyOf(
      'cyrus',
      'Set tls_server_cert and tls_server_key in imapd.conf. https://www.cyrusimap.org/imap/reference/manpages/configs/imapd.conf.html',
    ),
    remedyOf(
      'sendmail',
      'Set confSERVER_CERT and confSERVER_KEY, and remove S from the modifiers (M=) of DAEMON_OPTIONS. https://www.sendmail.org/~ca/email/starttls.html',
    ),
    remedyOf('any', 'Turn TLS on, and give the service a certificate and a key that it can read.'),
  ],
  'no logins': [
    remedyOf(
      'postfix',
      'Set smtpd_sasl_auth_enable = yes for this service in master.cf, with smtpd_sasl_type and smtpd_sasl_path. https://www.postfix.org/SASL_README.html',
    ),
    remedyOf(
      'exim',
      'Make auth_advertise_hosts match the clients of this port, and configure an authenticator (server_set_id, server_condition). https://www.exim.org/exim-html-current/doc/html/spec_html/ch-smtp_authentication.html',
    ),
    remedyOf(
      'opensmtpd',
      'Write "auth" (and tls-require) on the "listen on" line of this port. https://man.openbsd.org/smtpd.conf',
    ),
    remedyOf(
      'sendmail',
      'Add M=a to DAEMON_OPTIONS of this port, list PLAIN and LOGIN in confAUTH_MECHANISMS and TRUST_AUTH_MECH, and start saslauthd. https://www.sendmail.org/~ca/email/auth.html',
    ),
    remedyOf('any', 'Turn authentication on for this port: it offers none, even over TLS.'),
  ],
  'late login': [
    remedyOf(
      'dovecot',
      'Give the server a longer timeout in mailspec.yaml (timeout: 30s): after failed logins Dovecot delays all logins of an address (auth_failure_delay, and anvil\'s penalty of up to 15 s). If none failed, the passdb hangs: try "doveadm auth test USER". https://doc.dovecot.org/latest/core/config/auth/penalty.html',
    ),
    remedyOf(
      'any',
      'Give the server a longer timeout in mailspec.yaml (timeout: 30s): servers delay logins from an address after failed ones. If none failed, the authentication backend hangs: its log says why.',
    ),
  ],
  'no folder': [
    remedyOf(
      'dovecot',
      'Make the userdb\'s home and mail_location (mail_path from 2.4) point to a folder that the user owns and can enter; "doveadm user USER" shows them. https://doc.dovecot.org/latest/core/config/mail_location.html',
    ),
    remedyOf(
      'courier',
      'Create the Maildir as the user who owns it: "maildirmake HOME/Maildir"; "authtest USER" shows where it must be. https://www.courier-mta.org/maildirmake.html',
    ),
    remedyOf('any', "Create the user's home directory and Maildir where the user database says, owned by that user."),
  ],
  'in use': [
    remedyOf(
      'dovecot',
      'Close other mail programs of this account, or use an account of its own for tests: pop3_lock_session = yes lets one POP3 session in at a time. If nobody is connected ("doveadm who"), remove the lock file that was left over. https://doc.dovecot.org/latest/core/summaries/settings.html#pop3_lock_session',
    ),
    remedyOf(
      'any',
      'Close other mail programs of this account, or use an account of its own for tests: a POP3 server locks the mailbox for one session. If nobody is connected, remove the lock that was left over, and check that the server may create lock files.',
    ),
  ],
  'name server': [
    remedyOf(
      'postfix',
      'Check that the name server in /etc/resolv.conf, and in its copy below /var/spool/postfix, answers ("dig MX DOMAIN"). If it does, the sender\'s domain does not exist: reject_unknown_sender_domain refuses it. https://www.postfix.org/postconf.5.html#reject_unknown_sender_domain',
    ),
    remedyOf(
      'exim',
      'Check that the name server in /etc/resolv.conf answers ("dig MX DOMAIN"); "exim -bhc ADDRESS" shows which check waits for it. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html',
    ),
    remedyOf(
      'sendmail',
      'Check that the name server in /etc/resolv.conf answers ("dig MX DOMAIN"); FEATURE(`accept_unresolvable_domains\') accepts such senders. https://www.sendmail.org/~ca/email/doc8.12/cf/m4/anti_spam.html',
    ),
    remedyOf(
      'any',
      'Check that the name server in the server\'s /etc/resolv.conf answers ("dig MX DOMAIN"), and that the domain exists.',
    ),
  ],
  'no reverse name': [
    remedyOf(
      'postfix',
      "Give this client's address a PTR record whose name leads back to it, or remove reject_unknown_client_hostname (reject_unknown_reverse_client_hostname is milder) from smtpd_client_restrictions. https://www.postfix.org/postconf.5.html#reject_unknown_client_hostname",
    ),
    remedyOf(
      'any',
      "Give this client's address a PTR record whose name leads back to it, or stop refusing clients without one.",
    ),
  ],
  'disk full': [
    remedyOf(
      'postfix',
      'Free space in queue_directory ("df -h /var/spool/postfix"): with less than queue_minfree, or 1.5 times message_size_limit, Postfix accepts no mail. https://www.postfix.org/postconf.5.html#queue_minfree',
    ),
    remedyOf(
      'exim',
      'Free space in spool_directory ("df -h /var/spool/exim4"): check_spool_space and check_spool_inodes say how much must be free. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-main_configuration.html',
    ),
    remedyOf(
      'sendmail',
      'Free space in the queue directory ("df -h /var/spool/mqueue"): confMIN_FREE_BLOCKS says how much must be free. https://www.sendmail.org/~ca/email/doc8.12/op-sh-5.html',
    ),
    remedyOf(
      'any',
      'Free space on the disk of the server\'s queue ("df -h"), and look up how much the server needs to accept mail.',
    ),
  ],
  'internal error': [
    remedyOf(
      'postfix',
      'The server that Postfix asks or delivers to has failed: look in the log for "Error" and "Fatal" from Dovecot (or whatever virtual_transport names). https://www.postfix.org/DEBUG_README.html',
    ),
    remedyOf(
      'dovecot',
      'Run "doveadm log errors": it names the file that Dovecot cannot read or write, or the disk that is full. The user must own mail_location (mail_path from 2.4). https://doc.dovecot.org/latest/core/config/mail_location.html',
    ),
    remedyOf('any', "Look in the server's log for errors at this time: it names the file or the service that failed."),
  ],
  ...limitRemedies,
  ...proxyRemedies,
  'alias loop': [
    remedyOf(
      'postfix',
      'An address of virtual_alias_maps or alias_maps leads back to itself: the log names the address, and "postmap -q ADDRESS TABLE" shows what it leads to. https://www.postfix.org/virtual.5.html',
    ),
    remedyOf(
      'exim',
      'An address leads back to itself: "exim -bt ADDRESS" shows which redirect router does it. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-the_redirect_router.html',
    ),
    remedyOf('any', "An alias leads back to itself: the server's log names the address."),
  ],
  policy: [
    remedyOf(
      'postfix',
      'Start the policy service that check_policy_service names (in smtpd_recipient_restrictions and similar settings), or remove it there; smtpd_policy_service_default_action = DUNNO lets mail through while it is down. https://www.postfix.org/SMTPD_POLICY_README.html',
    ),
    remedyOf('any', "Start the service that the server asks about each recipient: the server's log names it."),
  ],
  filter: [
    remedyOf(
      'postfix',
      'The milter that smtpd_milters names refuses it: the log shows "milter-reject" with its address, and the filter\'s own log names the rule. https://www.postfix.org/MILTER_README.html',
    ),
    remedyOf('any', 'A mail filter refuses it: its own log names the rule.'),
  ],
  'mailbox full': [
    remedyOf(
      'dovecot',
      'Delete messages from the mailbox, or raise its quota (quota_rule; quota_storage_size from 2.4); "doveadm quota get -u USER" shows it. https://doc.dovecot.org/latest/core/plugins/quota.html',
    ),
    remedyOf('any', 'Delete messages from the mailbox of the test account, or raise its quota.'),
  ],
  lookup: [
    remedyOf(
      'postfix',
      'A lookup table cannot be read: try "postmap -q USER@DOMAIN TYPE:FILE" with each table in virtual_alias_maps, virtual_mailbox_maps and transport_maps; then run "postmap FILE", or start its database. https://www.postfix.org/DATABASE_README.html',
    ),
    remedyOf(
      'exim',
      'A table or database cannot be read: "temporarily rejected" and "lookup" in the log name it, and "exim -bt ADDRESS" asks it again. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-file_and_database_lookups.html',
    ),
    remedyOf('any', 'The server cannot read a table or database of recipients: its log names it.'),
  ],
  milter: [
    remedyOf(
      'sendmail',
      'Start the filter that INPUT_MAIL_FILTER names, or remove it; without F=T or F=R mail gets through while it is down. https://www.sendmail.org/~ca/email/doc8.12/cf/m4/adding_mailfilters.html',
    ),
    remedyOf(
      'postfix',
      'Start the milter that smtpd_milters names, or remove it there; milter_default_action = accept lets mail through while it is down. https://www.postfix.org/MILTER_README.html',
    ),
    remedyOf(
      'any',
      'Start the mail filter that the server asks about each message, or remove it from the configuration.',
    ),
  ],
  configuration: [
    remedyOf(
      'postfix',
      'Look for "fatal" and "warning" in the log: a setting is wrong, and Postfix says which ("postfix check" finds some). https://www.postfix.org/DEBUG_README.html',
    ),
    remedyOf('any', "Look in the server's log for errors at this time: a setting is wrong, and the server says which."),
  ],
  'next server': [
    remedyOf(
      'postfix',
      'Check that the server in the log runs and can be reached from here ("nc -vz HOST PORT"), and that no firewall is in between (many providers block port 25): relayhost, transport_maps, content_filter or virtual_transport names it, or the recipient\'s MX does. https://www.postfix.org/postconf.5.html#relayhost',
    ),
    remedyOf(
      'exim',
      'Check that the server in the log runs and can be reached from here ("nc -vz HOST PORT"), and that no firewall is in between (many providers block port 25): "exim -bt ADDRESS" shows which router names it (route_list, a smarthost). https://www.exim.org/exim-html-current/doc/html/spec_html/ch-the_manualroute_router.html',
    ),
    remedyOf(
      'opensmtpd',
      'Check that the server in the log runs and can be reached from here ("nc -vz HOST PORT"), and that no firewall is in between (many providers block port 25): an action with "relay" or "lmtp …" names it. https://man.openbsd.org/smtpd.conf',
    ),
    remedyOf(
      'sendmail',
      'Check that the server in the log runs and can be reached from here ("nc -vz HOST PORT"), and that no firewall is in between (many providers block port 25): SMART_HOST or mailertable names it. https://www.sendmail.org/m4/',
    ),
    remedyOf(
      'any',
      'Check that the server in the log runs and can be reached from here ("nc -vz HOST PORT"), and that no firewall is in between: many providers block port 25.',
    ),
  ],
  'too many connections': [
    remedyOf(
      'courier',
      'Raise MAXPERIP, in imapd for IMAP (4 by default, 20 on Debian) and in pop3d for POP3 (4), or set max_connections in mailspec.yaml to it. https://www.courier-mta.org/imap/INSTALL.html',
    ),
    remedyOf(
      'cyrus',
      'Raise maxlogins_per_user and maxlogins_per_host in imapd.conf, or set max_connections in mailspec.yaml to them. https://www.cyrusimap.org/imap/reference/manpages/configs/imapd.conf.html',
    ),
    remedyOf(
      'postfix',
      'Raise smtpd_client_connection_count_limit (50), or set max_connections in mailspec.yaml to it; raise smtpd_client_new_tls_session_rate_limit (none), or set connections_per_minute to less. https://www.postfix.org/postconf.5.html#smtpd_client_connection_count_limit',
    ),
    remedyOf(
      'dovecot',
      'Raise mail_max_userip_connections (10), or, if the log says that it is reached, process_limit or client_limit of that service (service imap, service imap-login), or set max_connections in mailspec.yaml to it. https://doc.dovecot.org/latest/core/summaries/settings.html',
    ),
    remedyOf(
      'any',
      'Raise the number of connections that the server allows an address or a user, or set max_connections in mailspec.yaml to it.',
    ),
  ],
  waiting: [
    remedyOf(
      'postfix',
      'Find out what Postfix waits for: its name server (/etc/resolv.conf, and its copy below /var/spool/postfix; "dig MX DOMAIN" shows whether it answers), a block list (reject_rbl_client), a policy service (check_policy_service), a milter, or a database of recipients. The log names it when Postfix gives up. https://www.postfix.org/SMTPD_ACCESS_README.html',
    ),
    remedyOf(
      'exim',
      'Find out what Exim waits for: "exim -bhc ADDRESS" shows each statement of the ACLs, and where it stops, such as at a DNS lookup, a block list (dnslists) or a callout. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html',
    ),
    remedyOf(
      'any',
      'Find out what the server waits for: its name server ("dig MX DOMAIN" shows whether it answers), a block list, a filter, or a database of recipients.',
    ),
  ],
  flaw: [
    remedyOf(
      'any',
      'Update the server, or the proxy in front of it, and report the flaw to its authors; where you know it and your clients accept it, list its name under "tolerate" of the server in mailspec.yaml.',
    ),
  ],
};
