import { announcedSecret, decodeResponse } from './credentials.ts';

const login = /^(?:\S+ +)?LOGIN +\S+ +(\S+) *$/i;
const sasl = /^(?:\S+ +)?AUTH(?:ENTICATE)? +"?[\w-]+"?(?: +"?([A-Za-z0-9+/]+=*)"?)? *$/i;

/** Commands that happen to be valid base64. */
const command = /^(?:QUIT|RSET|NOOP|DATA|STAT|CAPA|LIST|UIDL|STLS|HELP) *$/i;

/**
 * Secrets in lines that are not part of a readable login: if replies are missing or out of step, only what was sent is
 * known. All of it counts as secret, including users.
 */
export function leftOver(lines: readonly string[]): readonly string[] {
  const found: string[] = [];
  let inExchange = false;
  for (const line of lines) {
    const [begins, initial] = sasl.exec(line) ?? [];
    const isResponse: boolean =
      begins === undefined && inExchange && !command.test(line) && decodeResponse(line) !== undefined;
    const response = isResponse ? line.trim() : initial;
    inExchange = begins !== undefined || isResponse;
    if (response !== undefined) found.push(response, ...(decodeResponse(response)?.split('\0') ?? []));
    const secret = announcedSecret(line) ?? login.exec(line)?.[1]?.replace(/^"(.*)"$/, '$1');
    if (secret !== undefined) found.push(secret);
  }
  return found.filter((value) => value !== '' && value !== '=');
}
