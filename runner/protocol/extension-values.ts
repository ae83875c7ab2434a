import { recordOf, type Shape } from '../shape.ts';
import type { Fields, Value } from '../value.ts';

/** An SMTP extension whose parameters have a meaning of their own. */
export interface ExtensionValues {
  /** The shape of its value, for matchers of words and of a record. */
  readonly shape: Shape;
  readonly read: (parameters: readonly string[]) => Fields;
  /** Whether the RFC allows these parameters. */
  readonly isValid: (parameters: readonly string[]) => boolean;
}

/** RFC 9422 section 3.2, "limits-name-value". */
const limit = /^([A-Z][A-Z0-9_-]*)=(\S+)$/i;
/** RFC 4865 section 3: an interval has no more than nine digits, a time is UTC. */
const interval = /^\d{1,9}$/;
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** By EHLO keyword. */
export const extensionValues: Readonly<Record<string, ExtensionValues>> = {
  // RFC 2852 section 3: the shortest time that may be requested, if there is one.
  DELIVERBY: {
    shape: { ...recordOf({ seconds: 'number' }), text: true },
    read: ([parameter = '']) => numbered({ seconds: parameter.split(',')[0] ?? '' }),
    isValid: (parameters) =>
      parameters.length <= 1 && (parameters[0] === undefined || /^\d{1,9}(?:,|$)/.test(parameters[0])),
  },
  // RFC 4865 section 4
  FUTURERELEASE: {
    shape: { ...recordOf({ interval: 'number', datetime: 'text' }), text: true },
    read: ([seconds = '', datetime = '']) => ({
      ...numbered({ interval: seconds }),
      ...(datetime !== '' && { datetime }),
    }),
    isValid: ([seconds = '', time = '', ...more]) => interval.test(seconds) && dateTime.test(time) && more.length === 0,
  },
  // RFC 9422 section 3
  LIMITS: {
    shape: { ...recordOf({ MAILMAX: 'number', RCPTMAX: 'number', RCPTDOMAINMAX: 'number' }, 'any'), text: true },
    read: (parameters) =>
      numbered(
        Object.fromEntries(
          parameters.flatMap((each) => {
            const [, name, value] = limit.exec(each) ?? [];
            return name === undefined || value === undefined ? [] : [[name.toUpperCase(), value]];
          }),
        ),
      ),
    isValid: (parameters) => parameters.every((each) => limit.test(each)),
  },
  // RFC 6710 section 3: the name of the policy that assigns priorities, if it has one.
  'MT-PRIORITY': {
    shape: { ...recordOf({ policy: 'text' }), text: true },
    read: ([policy]) => (policy === undefined ? {} : { policy }),
    isValid: (parameters) => parameters.length <= 1,
  },
};

/** Digits as numbers; empty values are left out. */
function numbered(texts: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(
    Object.entries(texts)
      .filter(([, text]) => text !== '')
      .map(([name, text]): [string, Value] => [name, /^\d{1,15}$/.test(text) ? Number(text) : text]),
  );
}
