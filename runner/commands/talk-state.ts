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

/** The state of an interactive session. */
export interface TalkState {
  readonly talk: Talk;
  /** As the user named it: a URL, or a configured name. */
  readonly server: string;
  readonly protocol: Protocol;
  readonly args: Arguments;
  readonly terminal: Terminal;
  readonly display: Display;
  readonly lines: Lines;
  /** By name, from the arguments and the environment. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The exchanges that can be saved. */
  exchanges: Exchange[];
  advertised: Advertised;
  /** The file that this session has written and may overwrite. */
  saved: string | undefined;
  /** An error occurred that a script must notice. */
  failed: boolean;
  /** The end of what the server sent last, if the line was incomplete. */
  prompt: string;
  /** Passwords that the server asked for by such a prompt, with the names of their variables. */
  readonly prompted: Map<string, string>;
  /** Hides a password in all output from now on. */
  readonly hide: (password: string) => void;
  /** Reports an error, and remembers that there was one. */
  readonly tell: (answer: Answer) => void;
}

/** The session as a scenario file. */
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
