import { type Fields, type Value, words } from '../value.ts';
import { type Finding, type FindingName, finding } from './findings.ts';
import type { DataLine } from './sieve-grammar.ts';

/** RFC 5804 sections 1.7 and 2.14.1: capabilities without a value. */
const valueless: ReadonlySet<string> = new Set(['STARTTLS', 'UNAUTHENTICATE']);

/** RFC 5804 section 1.7 (EXTLISTS: RFC 6134 section 2.5): capabilities whose value is a list of words. */
const wordLists: ReadonlySet<string> = new Set(['SASL', 'SIEVE', 'NOTIFY', 'EXTLISTS']);

export interface SieveCapabilities {
  readonly capabilities: Fields;
  readonly findings: readonly Finding[];
}

/** The capabilities in data lines, by name in upper case. One without a value has no words. */
export function readCapabilities(data: readonly DataLine[], secured: boolean, raw: Buffer): SieveCapabilities {
  const found = new Map<string, Value>();
  const findings = new Map<FindingName, Finding>();
  const add = (name: FindingName, message: string) => {
    if (!findings.has(name)) findings.set(name, finding(name, message, raw));
  };
  for (const { items, text } of data) {
    const [name, value] = items;
    if (items.length > 2 || typeof name?.value !== 'string' || (value && value.form !== 'string')) {
      add('sieve.capability.syntax', `a capability is more than a name and a value: ${text}`);
      continue;
    }
    const key = name.value.toUpperCase();
    if (valueless.has(key) && value !== undefined) add('sieve.capability.syntax', `"${key}" has a value: ${text}`);
    if (found.has(key)) add('sieve.capability.duplicate', `a second "${key}"`);
    if (secured && key === 'STARTTLS') {
      add('sieve.capability.starttls', 'STARTTLS is offered although TLS is active');
    }
    found.set(key, capabilityValue(key, value?.value));
  }
  return { capabilities: Object.fromEntries(found), findings: [...findings.values()] };
}

function capabilityValue(name: string, value: Value | undefined): Value {
  if (typeof value !== 'string') return words([]);
  return wordLists.has(name)
    ? words(
        value.split(' ').filter((word) => word !== ''),
        { text: value },
      )
    : value;
}
