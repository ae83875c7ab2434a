import type { Scenario } from '../plan.ts';
import type { Redactor } from '../printing/redact.ts';
import type { Transcript } from '../transport/transcript.ts';
import type { TransportObserver } from '../transport/transport.ts';

/** Observes a scenario's connections as they send and receive; `redactor` knows the scenario's secrets. */
export type Listener = (scenario: Scenario, redactor: Redactor) => (connection: string) => TransportObserver;

/** The transcript, passing everything on to another observer as well. */
export function overheard(
  transcript: Transcript,
  scenario: Scenario,
  redactor: Redactor,
  listener: Listener | undefined,
): Transcript {
  if (listener === undefined) return transcript;
  const listen = listener(scenario, redactor);
  return {
    observer(name) {
      const [kept, told] = [transcript.observer(name), listen(name)];
      return {
        received(octets, at) {
          kept.received(octets, at);
          told.received(octets, at);
        },
        sent(octets, at) {
          kept.sent(octets, at);
          told.sent(octets, at);
        },
        note(note) {
          kept.note(note);
          told.note(note);
        },
      };
    },
    note(name, note) {
      transcript.note(name, note);
      listen(name).note(note);
    },
    lines: () => transcript.lines(),
    get omitted() {
      return transcript.omitted;
    },
  };
}
