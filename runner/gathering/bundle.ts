import type { Redactor } from '../printing/redact.ts';
import type { CreateReporter } from '../reporters/reporter.ts';
import { unlessPassed } from '../reporters/transcripts.ts';
import type { Reporter } from '../run-event.ts';
import { type Collected, collecting } from './collect.ts';
import type { Place } from './place.ts';
import type { Programs } from './programs.ts';
import { readmeText } from './readme.ts';
import { withoutSecretSettings } from './settings.ts';
import type { Member } from './tar.ts';

export interface BundleOptions {
  readonly place: Place;
  readonly rerun: string;
  readonly versions: readonly string[];
  readonly machine: string;
  readonly redactor: Pick<Redactor, 'redact'>;
  /** Creates what the terminal shows. */
  readonly createSummary: CreateReporter;
  readonly clock: { now(): number };
  /** Runs the servers' own programs, if that is permitted. */
  readonly programs: (collected: Collected) => Promise<Programs>;
  /** What was added to the servers' logs during the run. */
  readonly logs: () => Promise<readonly (Member & { readonly about: string })[]>;
  /** Called when everything is written. */
  readonly done: (files: number) => void;
}

/** The index comes first. */
const index = 'README.txt';

/** Collects what a run shows, and writes it at the end of the run. */
export function bundle(options: BundleOptions): Reporter {
  const { place, rerun, clock } = options;
  let summary = '';
  const shown = options.createSummary({
    output: {
      isTTY: false,
      columns: 80,
      write(text) {
        summary += text;
      },
    },
    clock: { now: clock.now, every: () => () => {} },
    colour: false,
    strict: false,
    rerun,
    list: false,
  });
  const { add, collected } = collecting(rerun);
  return {
    name: 'gathered',
    order: 'file',
    transcripts: unlessPassed,
    async report(event) {
      if (event.type === 'scenario') add(event.result);
      await shown.report(event);
      if (event.type !== 'end') return;
      try {
        const all = collected();
        const programs = await options.programs(all);
        const members = [
          { name: 'summary.txt', about: 'what the terminal showed', text: summary },
          ...programs.members,
          ...(await options.logs()),
          ...all.failures,
        ];
        const readme = readmeText({ ...options, summary: event.summary, collected: all, programs, members });
        const written = [{ name: index, text: readme }, ...members].map(({ name, text }) => ({
          name,
          text: withoutSecretSettings(options.redactor.redact(text)),
        }));
        await place.write(written, event.summary.ended);
        options.done(written.length);
      } catch (error) {
        await place.discard();
        throw error;
      }
    },
  };
}
