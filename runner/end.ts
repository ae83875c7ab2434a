/** How a server ends a connection: with TCP's FIN or RST; over TLS by the alert close_notify (RFC 8446 section 6.1). */
export const ends = ['FIN', 'RST', 'close_notify'] as const;
export type End = (typeof ends)[number];
