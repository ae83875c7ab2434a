/** The filters of `${name|filter}`, which `matchers/fill.ts` implements. */
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
