/** `1 scenario`, `2 scenarios`, `1,000 scenarios`. */
export function many(count: number, one: string, more = `${one}s`): string {
  return `${counted(count)} ${count === 1 ? one : more}`;
}

/** `200,000`. `toLocaleString` would load a locale, which costs 11 ms at the start. */
export function counted(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** The message of an error. Anything can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Why the system refuses a file or a port, as it follows the colon of "Cannot read …". For other errors, their message.
 */
export function systemReason(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return (typeof code === 'string' && reasons[code]) || messageOf(error);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'it is a folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EEXIST: 'the file exists',
  ELOOP: 'its symbolic links form a loop',
  ENXIO: 'it is not a file',
  EADDRINUSE: 'another program uses this port',
  EADDRNOTAVAIL: 'this machine does not have the address',
};
