import { type Remedy, remedyOf } from '../remedy.ts';

/** What to do if a proxy before the server ends TLS. */
export const proxyRemedies: Readonly<Record<'TLS ended', readonly Remedy[]>> = {
  'TLS ended': [
    remedyOf(
      'postfix',
      'Let the proxy before Postfix connect with TLS (in HAProxy: "ssl" on its "server" line, to a port with smtpd_tls_wrappermode = yes), or set smtpd_tls_auth_only = no for a service that only the proxy reaches. https://www.postfix.org/postconf.5.html#smtpd_tls_auth_only',
    ),
    remedyOf(
      'dovecot',
      'Let the proxy before Dovecot connect with TLS (in HAProxy: "ssl" on its "server" line), or use an inet_listener with haproxy = yes, and "send-proxy-v2-ssl" in HAProxy: the PROXY header says that the client used TLS. https://doc.dovecot.org/latest/core/config/proxy/haproxy.html',
    ),
    remedyOf(
      'any',
      'Let the proxy before the server connect to it with TLS, or tell the server to trust the proxy: it takes the connection for one without TLS.',
    ),
  ],
};
