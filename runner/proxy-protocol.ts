/** A PROXY header. `LOCAL`: the header has no client addresses. */
export interface ProxyProtocol {
  readonly version: 1 | 2;
  readonly command?: 'LOCAL';
  readonly source?: string;
  readonly destination?: string;
}
