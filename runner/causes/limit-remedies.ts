import { type Remedy, remedyOf } from '../remedy.ts';

/** What to do about something that a server does not accept: the size or number of messages, a SASL mechanism. */
export const limitRemedies: Readonly<Record<'too big' | 'too much mail' | 'no mechanism', readonly Remedy[]>> = {
  'too much mail': [
    remedyOf(
      'postfix',
      'Raise smtpd_client_message_rate_limit and smtpd_client_recipient_rate_limit, or list the networks of your users in smtpd_client_event_limit_exceptions. https://www.postfix.org/TUNING_README.html',
    ),
    remedyOf(
      'exim',
      'Raise smtp_accept_max_per_connection, and the limits of "ratelimit" in the ACLs. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html',
    ),
    remedyOf('opensmtpd', 'Raise "smtp limit max-mails". https://man.openbsd.org/smtpd.conf'),
    remedyOf(
      'any',
      'Raise the limit on messages for addresses that may send, or send fewer in a minute and in a session.',
    ),
  ],
  'too big': [
    remedyOf(
      'postfix',
      'Raise message_size_limit (octets) in main.cf, and look for a smaller one under "-o" in master.cf; virtual_mailbox_limit and mailbox_size_limit must not be smaller. https://www.postfix.org/postconf.5.html#message_size_limit',
    ),
    remedyOf(
      'dovecot',
      'Leave quota_max_mail_size (quota_mail_size in 2.4) unset, or above what the MTA accepts. https://doc.dovecot.org/latest/core/plugins/quota.html',
    ),
    remedyOf(
      'exim',
      'Raise message_size_limit in the main section, and remove it from the transports. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-main_configuration.html',
    ),
    remedyOf('opensmtpd', 'Raise "smtp max-message-size". https://man.openbsd.org/smtpd.conf'),
    remedyOf('courier', 'Raise the limit (octets) in /etc/courier/sizelimit. https://www.courier-mta.org/courier.html'),
    remedyOf(
      'sendmail',
      'Raise confMAX_MESSAGE_SIZE, and M= of the mailers. https://www.sendmail.org/~ca/email/doc8.12/op-sh-5.html',
    ),
    remedyOf('any', 'Raise the limit on the size of a message on each server that the message passes.'),
  ],
  'no mechanism': [
    remedyOf(
      'postfix',
      'Add the mechanism to what Dovecot (auth_mechanisms) or Cyrus SASL (mech_list) offers Postfix, such as auth_mechanisms = plain login. https://www.postfix.org/SASL_README.html',
    ),
    remedyOf(
      'dovecot',
      'Add the mechanism to auth_mechanisms, such as auth_mechanisms = plain login. https://doc.dovecot.org/latest/core/config/auth/overview.html',
    ),
    remedyOf(
      'exim',
      'Add an authenticator with the public_name of the mechanism. https://www.exim.org/exim-html-current/doc/html/spec_html/ch-smtp_authentication.html',
    ),
    remedyOf(
      'cyrus',
      'Add the mechanism to sasl_mech_list. https://www.cyrusimap.org/imap/reference/manpages/configs/imapd.conf.html',
    ),
    remedyOf(
      'sendmail',
      'Add the mechanism to confAUTH_MECHANISMS and TRUST_AUTH_MECH. https://www.sendmail.org/~ca/email/auth.html',
    ),
    remedyOf('any', 'Enable the mechanism on the server, or log in with one that the server advertises.'),
  ],
};
