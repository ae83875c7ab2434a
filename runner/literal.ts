/** A literal (RFC 9051 section 4.3) that is not complete: how many octets were announced, and how many came. */
export interface Lacking {
  readonly announced: number;
  readonly came: number;
}
