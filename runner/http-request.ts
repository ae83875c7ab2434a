import type { Text } from './plan.ts';
import type { TlsOptions } from './server-options.ts';

export interface HttpRequest {
  readonly url: Text;
  readonly method: string;
  readonly headers: readonly { readonly name: string; readonly value: Text }[];
  readonly body?: Text;
  /** The most redirects that are followed. */
  readonly redirects: number;
  /** `host` or `host:port` to connect to instead of the URL's. */
  readonly address?: Text;
  readonly family?: 4 | 6;
  readonly localAddress?: string;
  readonly tls: TlsOptions;
}
