/** A PROXY header; `LOCAL`: without the addresses of somebody else. */
export interface ProxyProtocol {
  readonly version: 1 | 2;
  readonly command?: 'LOCAL';
  readonly source?: string;
  readonly destination?: string;
}
