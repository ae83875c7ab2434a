/** What `${name|filter}` may apply: see `matchers/fill.ts`. */
export type FilterName =
  | 'base64'
  | 'unbase64'
  | 'md5'
  | 'sha256'
  | 'hex'
  | 'xtext'
  | 'urlencode'
  | 'upper'
  | 'lower'
  | 'local-part'
  | 'domain';
