import type { Step, When } from '../steps.ts';
import { type Context, fillText, named } from './context.ts';
import { StepFailure } from './failure.ts';
import { isOffered } from './offers.ts';

/** Why a step does not run now; `undefined` if it runs. Throws a `StepFailure` if that cannot be determined. */
export function whyNot(step: Step, when: When, context: Context): string | undefined {
  if (when.text !== undefined) {
    const value = fillText(context, when.text, step.on);
    if (value === '' || value === 'false') return value === '' ? 'its condition is empty' : 'its condition is false';
  }
  const without = when.captured.find((name) => (context.captures.get(name) ?? '') === '');
  if (without !== undefined) return `"${without}" has no value`;
  return whyNotOffered(step, when, context);
}

function whyNotOffered(step: Step, { offers, lacks }: When, context: Context): string | undefined {
  if (offers.length === 0 && lacks.length === 0) return undefined;
  const advertised = context.sessions.get(step.on)?.offers;
  if (advertised === undefined) {
    throw new StepFailure(
      'input.value',
      `Cannot tell what the server of the connection${named(step.on)} offers: no step has read that`,
      {
        span: step.span,
        hint: 'Send EHLO, CAPABILITY or CAPA before this step and expect its reply; after STARTTLS, send it again',
      },
    );
  }
  const texts = (list: When['offers']) => list.map((text) => fillText(context, text, step.on));
  const missing = texts(offers).find((text) => !isOffered(advertised, text));
  if (missing !== undefined) return `the server does not offer ${missing}`;
  const present = texts(lacks).find((text) => isOffered(advertised, text));
  return present === undefined ? undefined : `the server offers ${present}`;
}
