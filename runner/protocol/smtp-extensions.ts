import { extensionValues } from './extension-values.ts';
import { type Finding, finding } from './findings.ts';
import { isMechanismName } from './mechanism-name.ts';
import type { SmtpReply } from './reply.ts';

/**
 * What an EHLO or LHLO reply advertises: keywords in upper case, with their parameters as sent. The first line names
 * the server and does not contain a keyword (RFC 5321 section 4.1.1.1). A keyword on several lines has the parameters
 * of all; the form before RFC 2554, `AUTH=LOGIN PLAIN`, counts as AUTH. Empty for a reply other than 250.
 */
export function parseExtensions(reply: SmtpReply): ReadonlyMap<string, readonly string[]> {
  const extensions = new Map<string, readonly string[]>();
  if (reply.code !== 250) return extensions;
  for (const line of reply.lines.slice(1)) {
    const [keyword = '', ...parameters] = wordsOf(line.replace(/^AUTH=/i, 'AUTH '));
    if (keyword === '') continue;
    const name = keyword.toUpperCase();
    extensions.set(name, [...new Set([...(extensions.get(name) ?? []), ...parameters])]);
  }
  return extensions;
}

/** RFC 5321 section 4.1.1.1 gives several spaces no meaning of their own: clients must tolerate them. */
function wordsOf(line: string): string[] {
  return line.split(' ').filter((word) => word !== '');
}

/**
 * Extensions without parameters by their RFCs: RFC 6152, RFC 2920, RFC 2034, RFC 3030, RFC 6531, RFC 3207, RFC 1985,
 * RFC 8689.
 */
const withoutParameter: ReadonlySet<string> = new Set([
  '8BITMIME',
  'PIPELINING',
  'ENHANCEDSTATUSCODES',
  'CHUNKING',
  'BINARYMIME',
  'SMTPUTF8',
  'STARTTLS',
  'ETRN',
  'REQUIRETLS',
]);

/** RFC 5321 section 4.1.1.1, "ehlo-keyword" and "ehlo-param". */
const keyword = /^[A-Za-z0-9][A-Za-z0-9-]*$/;
const parameter = /^[\x21-\x7e]+$/;

interface Examined {
  readonly raw: Buffer;
  readonly secured: boolean;
  readonly findings: readonly Finding[];
}

/** The last result is kept: a server advertises the same on every connection. */
let last: Examined | undefined;

/** Longer replies are not kept. */
const mostKept = 4096;

/** Violations in the extensions that a reply to EHLO or LHLO advertises. */
export function examineExtensions(lines: readonly string[], raw: Buffer, secured: boolean): readonly Finding[] {
  if (last?.secured === secured && last.raw.equals(raw)) return last.findings;
  const findings = examine(lines, raw, secured);
  if (raw.length <= mostKept) last = { raw: Buffer.from(raw), secured, findings };
  return findings;
}

function examine(lines: readonly string[], raw: Buffer, secured: boolean): readonly Finding[] {
  const found = new Map<string, Finding>();
  const add = (each: Finding) => found.set(each.name, found.get(each.name) ?? each);
  // A reply without extensions is often only text, like the one to HELO.
  if (lines.length > 1 && wordsOf(lines[0] ?? '').length === 0) {
    add(finding('smtp.ehlo.domain', 'the first line does not name the server', raw));
  }
  for (const line of lines.slice(1)) {
    const [name = '', ...parameters] = wordsOf(line);
    if (line.startsWith(' ')) add(finding('smtp.ehlo.leading-space', `a space before "${name}"`, raw));
    if (!keyword.test(name)) add(finding('smtp.ehlo.keyword', `"${name}" is not a keyword`, raw));
    const wrong = parameters.find((each) => !parameter.test(each));
    if (wrong !== undefined) add(finding('smtp.ehlo.parameter', `"${wrong}" is not a parameter`, raw));
    const upper = name.toUpperCase();
    if (withoutParameter.has(upper) && parameters.length > 0) {
      add(finding('smtp.ehlo.parameter', `"${parameters.join(' ')}" after ${upper}, which has no parameter`, raw));
    }
    const fault = rules[upper]?.(parameters, secured) ?? faultOfValues(upper, parameters);
    if (fault !== undefined) add(finding(fault.name, fault.message, raw));
  }
  return [...found.values()];
}

function faultOfValues(name: string, parameters: readonly string[]): ReturnType<Rule> {
  const isValid = extensionValues[name]?.isValid(parameters) ?? true;
  return isValid
    ? undefined
    : { name: 'smtp.ehlo.parameter', message: `"${parameters.join(' ')}" is not the parameter of ${name}` };
}

type Rule = (parameters: readonly string[], secured: boolean) => Pick<Finding, 'name' | 'message'> | undefined;

const rules: Readonly<Record<string, Rule>> = {
  AUTH(mechanisms) {
    if (mechanisms.length === 0) return { name: 'smtp.ehlo.no-mechanism', message: 'AUTH names no mechanism' };
    const wrong = mechanisms.find((each) => !isMechanismName(each));
    return wrong === undefined
      ? undefined
      : { name: 'smtp.ehlo.parameter', message: `"${wrong}" is not the name of a mechanism` };
  },
  // RFC 1870 section 4.
  SIZE: ([size = '', ...more]) =>
    /^\d{0,20}$/.test(size) && more.length === 0
      ? undefined
      : { name: 'smtp.ehlo.parameter', message: `"${[size, ...more].join(' ')}" is not the parameter of SIZE` },
  // RFC 3207 section 4.2.
  STARTTLS: (_parameters, secured) =>
    secured ? { name: 'smtp.ehlo.starttls', message: 'STARTTLS is offered although TLS is active' } : undefined,
};
