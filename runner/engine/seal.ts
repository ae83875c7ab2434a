import type { Evidence } from '../evidence.ts';
import { excerptOf, type Kept, lineExcerptOf, startText } from '../excerpt.ts';
import { mapAction, mapHeadline } from '../headline.ts';
import { mapCondition, mapExpectation, mapMatcher, mapPattern, mapUntagged, type TextMap } from '../matchers/texts.ts';
import type { Actual, Departure, Expected, Mismatch, Name, Names, Octets, ReplyLine, Sample } from '../mismatch.ts';
import { detached } from '../printing/detach.ts';
import type { Redactor } from '../printing/redact.ts';
import { limits } from '../protocol/limits.ts';
import type { Problem, Reason, Unmet, Violation, Warning } from '../result.ts';
import type { Place } from '../source.ts';
import type { Defended } from './defenses.ts';
import { departureOf } from './departure.ts';
import type { Found } from './findings.ts';
import type { Outage } from './outage.ts';

/** The most extra members of a list, and responses, that are kept. Reports show twenty; a server may send half a million. */
const mostKept = 100;

/**
 * Turns what an attempt ended with into what its result contains: secrets are replaced first, then long texts are cut.
 */
export class Seal {
  readonly #redactor: Redactor;
  readonly #texts: TextMap<Kept, Kept>;
  constructor(redactor: Redactor) {
    this.#redactor = redactor;
    const text = (each: Kept) => this.#cut(each, excerptOf);
    this.#texts = { text, pattern: text };
  }

  problem(problem: Problem): Problem {
    return {
      ...problem,
      headline: mapHeadline(problem.headline, this.#redact),
      ...(problem.evidence && { evidence: this.#evidence(problem.evidence) }),
      place: this.#place(problem.place),
      ...(problem.cause && { cause: this.#place(problem.cause) }),
      mismatches: problem.mismatches.map((each) => this.#mismatch(each)),
      ...(problem.hint !== undefined && { hint: this.#redact(problem.hint) }),
    };
  }

  violation({ after: _, host: __, ...violation }: Found): Violation {
    const { message, octets, place, reason } = violation;
    return {
      ...violation,
      message: this.#redact(message),
      octets: this.#octetsAtLimit(octets),
      place: this.#place(place),
      ...(reason !== undefined && { reason: this.#redact(reason) }),
    };
  }

  /** The run keeps it for the scenarios that it blocks. */
  outage(outage: Outage): Outage {
    return { ...outage, headline: detached(mapHeadline(outage.headline, this.#redact)) };
  }

  /** The run keeps the server's reply for a note at its end. */
  defended(defended: Defended): Defended {
    if (defended.said === undefined) return defended;
    return { ...defended, said: detached(startText(this.#cut(defended.said, excerptOf))) };
  }

  reason(reason: Reason): Reason {
    return typeof reason === 'string' ? this.#redact(reason) : this.#unmet(reason);
  }

  warning(warning: Warning): Warning {
    const place = warning.place && { place: this.#place(warning.place) };
    switch (warning.kind) {
      case 'unmet':
      case 'cleanup':
        return { ...warning, ...place, ...this.#unmet(warning) };
      default:
        return { ...warning, ...place };
    }
  }

  #redact = (text: string): string => this.#redactor.redact(text);

  #place(place: Place): Place {
    return { ...place, source: this.#redact(place.source) };
  }

  #cut(text: Kept, to: (text: string) => Kept): Kept {
    return typeof text === 'string' ? to(this.#redact(text)) : text;
  }

  #unmet({ headline, mismatch, reply }: Unmet): Unmet {
    return {
      headline: mapHeadline(headline, this.#redact),
      ...(mismatch && { mismatch: this.#mismatch(mismatch) }),
      ...(reply && { reply: this.#reply(reply) }),
    };
  }

  #evidence(evidence: Evidence): Evidence {
    const { server, action, reply, fault, check } = evidence;
    return {
      ...evidence,
      ...(server !== undefined && { server: this.#redact(server) }),
      ...(action && { action: mapAction(action, this.#redact) }),
      ...(reply && { reply: this.#reply(reply) }),
      ...(fault?.kind === 'no name' && { fault: { ...fault, name: this.#redact(fault.name) } }),
      ...(check && { check: { ...check, label: this.#redact(check.label) } }),
    };
  }

  #reply(reply: ReplyLine): ReplyLine {
    return { ...reply, text: this.#cut(reply.text, lineExcerptOf) };
  }

  #mismatch(mismatch: Mismatch): Mismatch {
    const { expected, actual, missing, extra, nearest, place } = mismatch;
    const departs = this.#departure(expected, actual);
    return {
      ...mismatch,
      expected: this.#expected(expected),
      actual: this.#actual(actual),
      ...(place && { place: this.#place(place) }),
      ...(missing && {
        missing: missing.map((each) => (each.kind === 'name' ? this.#name(each) : this.#expected(each))),
      }),
      ...(extra && {
        extra: extra.slice(0, mostKept).map((each) => (each.kind === 'name' ? this.#name(each) : this.#actual(each))),
      }),
      ...(extra && extra.length > mostKept && { moreExtra: extra.length - mostKept }),
      ...(nearest && { nearest: { ...nearest, mismatches: nearest.mismatches.map((each) => this.#candidate(each)) } }),
      ...(departs && { departs }),
    };
  }

  #departure(expected: Expected, actual: Actual): Departure | undefined {
    if (expected.kind !== 'matcher' || actual.kind !== 'value' || typeof actual.value !== 'string') return undefined;
    const { matcher } = expected;
    if (matcher.kind !== 'equals' && matcher.kind !== 'contains' && matcher.kind !== 'starts_with') return undefined;
    const { value } = matcher;
    if (typeof value !== 'string') return undefined;
    return departureOf(matcher.kind, this.#redact(value), this.#redact(actual.value));
  }

  /** A candidate has the place of the whole expectation. */
  #candidate({ place: _, ...rest }: Mismatch): Mismatch {
    return this.#mismatch(rest);
  }

  #name({ name }: Name): Name {
    return { kind: 'name', name: this.#redact(name) };
  }

  #expected(expected: Expected): Expected {
    const texts = this.#texts;
    switch (expected.kind) {
      case 'matcher':
        return { kind: 'matcher', matcher: mapMatcher(expected.matcher, texts) };
      case 'condition':
        return { kind: 'condition', condition: mapCondition(expected.condition, texts) };
      case 'expectation':
        return { kind: 'expectation', expectation: mapExpectation(expected.expectation, texts) };
      case 'lines':
        return { kind: 'lines', items: expected.items.map((item) => mapMatcher(item, texts)) };
      case 'next line': {
        const { item, after } = expected;
        const line = after && { number: after.number, text: texts.text(after.text) };
        return { kind: 'next line', item: mapMatcher(item, texts), ...(line && { after: line }) };
      }
      case 'untagged':
        return { kind: 'untagged', untagged: mapUntagged(expected.untagged, texts) };
      case 'response':
        return { kind: 'response', text: texts.text(expected.text) };
      case 'capture':
      case 'error':
        return { ...expected, pattern: mapPattern(expected.pattern, texts) };
      default:
        return expected;
    }
  }

  #actual(actual: Actual): Actual {
    switch (actual.kind) {
      case 'value':
      case 'length':
      case 'count':
      case 'octet count':
      case 'lines':
        return { ...actual, value: this.#sample(actual.value) };
      case 'absent':
        return actual.present === undefined ? actual : { kind: 'absent', present: this.#names(actual.present) };
      case 'unannounced':
        return { kind: 'unannounced', present: this.#names(actual.present) };
      case 'announced':
        return { ...actual, keyword: this.#redact(actual.keyword), parameters: this.#sample(actual.parameters) };
      case 'reply':
        return this.#reply(actual);
      case 'no enhanced code':
        return { kind: 'no enhanced code', reply: this.#actual(actual.reply) };
      case 'responses':
        return {
          kind: 'responses',
          texts: actual.texts.slice(0, mostKept).map((text) => this.#texts.text(text)),
          ...(actual.texts.length > mostKept && { more: actual.texts.length - mostKept }),
        };
      case 'octets':
        return this.#octets(actual);
      case 'fragment':
        return { ...actual, octets: this.#octets(actual.octets) };
      case 'end':
        return actual.after === undefined ? actual : { ...actual, after: this.#octets(actual.after) };
      case 'violation':
        return {
          ...actual,
          text: this.#octetsAtLimit(actual.text),
          ...(actual.reason !== undefined && { reason: this.#redact(actual.reason) }),
        };
      case 'excess':
        return { ...actual, text: this.#octetsAtLimit(actual.text) };
      case 'error':
        return { kind: 'error', message: this.#redact(actual.message) };
      default:
        return actual;
    }
  }

  #octets({ text }: Octets): Octets {
    return { kind: 'octets', text: this.#cut(text, lineExcerptOf) };
  }

  /** A parser keeps only the beginning, which may end within a secret. */
  #octetsAtLimit(text: string): string {
    return this.#redactor.redact(text, { end: text.length >= limits.evidence }).slice(0, limits.shownEvidence);
  }

  #names({ names, more }: Names): Names {
    return { names: names.map((name) => this.#texts.text(name)), more };
  }

  #sample(value: Sample): Sample {
    if (typeof value === 'string') return this.#texts.text(value);
    if (typeof value !== 'object' || value === null) return value;
    switch (value.kind) {
      case 'list':
        return { ...value, items: value.items.map((item) => this.#sample(item)) };
      case 'record':
        return {
          ...value,
          fields: value.fields.map((each) => ({ name: this.#redact(each.name), value: this.#sample(each.value) })),
        };
      default:
        return value;
    }
  }
}
