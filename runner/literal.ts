/** An incomplete literal (RFC 9051 section 4.3): the number of octets announced, and the number received. */
export interface Lacking {
  readonly announced: number;
  readonly came: number;
}
