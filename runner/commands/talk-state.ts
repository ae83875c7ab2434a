import { conceal } from '../authoring/conceal.ts';
import type { Exchange } from '../authoring/exchange.ts';
import { scenarioFile } from '../authoring/scenario-file.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Answer } from '../talk/answer.ts';
import type { Advertised } from '../talk/completion.ts';
import type { Talk } from '../talk/session.ts';
import type { Arguments, Terminal } from './command.ts';
import type { Display } from './talk-display.ts';
import type { Lines } from './talk-input.ts';

/** Everything that a session by hand consists of. */
export interface TalkState {
  readonly talk: Talk;
  /** As it was named: a URL, or a name of the configuration. */
  readonly server: string;
  readonly protocol: Protocol;
  readonly args: Arguments;
  readonly terminal: Terminal;
  readonly display: Display;
  readonly lines: Lines;
  /** By name: what the arguments and the environment give. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What was done and can be saved. */
  exchanges: Exchange[];
  advertised: Advertised;
  /** The file that was written: it may be written again. */
  saved: string | undefined;
  /** Something went wrong that a script must notice. */
  failed: boolean;
  /** What the server said last without ending the line. */
  prompt: string;
  /** Passwords that it asked for in that way, with the name of the variable. */
  readonly prompted: Map<string, string>;
  /** Hides a password in everything that is shown from now on. */
  readonly hide: (password: string) => void;
  /** Words what went wrong, and remembers it. */
  readonly tell: (answer: Answer) => void;
}

/** What was done as a scenario file. */
export function asScenario({ exchanges, protocol, server, prompted }: TalkState): string {
  const known = { names: new Map<string, string>(), secrets: prompted };
  const { exchanges: shown, ...vocabulary } = conceal(exchanges, protocol, known);
  return scenarioFile([{ name: `what ${server} answers`, exchanges: shown }], {
    suite: `Explored by hand: ${server}`,
    server,
    hello: protocol.hello,
    comments: ['Written by "mailspec talk". Review what it expects before you rely on it.'],
    ...vocabulary,
  });
}
