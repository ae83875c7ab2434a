import { certificate } from '../../checks/certificate.ts';
import { dns } from '../../checks/dns.ts';
import { http } from '../../checks/http.ts';
import { inspect } from '../../checks/inspect.ts';
import { log } from '../../checks/log.ts';
import { maildir } from '../../checks/maildir.ts';
import { port } from '../../checks/port.ts';
import { received } from '../../checks/received.ts';
import { run, success } from '../../checks/run.ts';
import { tls } from '../../checks/tls.ts';
import type { StepKind, StepOf } from '../../steps.ts';
import type { Context } from '../context.ts';
import type { Stopwatch } from '../world.ts';
import { xclient, xforward } from './attributes.ts';
import { authenticate } from './authenticate.ts';
import { check } from './check.ts';
import { close } from './close.ts';
import { compress } from './compress.ts';
import { connect } from './connect.ts';
import { eventually } from './eventually.ts';
import { expect } from './expect.ts';
import { handshake } from './handshake.ts';
import { message } from './message.ts';
import { pipeline } from './pipeline.ts';
import { repeat } from './repeat.ts';
import { reset } from './reset.ts';
import { send } from './send.ts';
import { starttls } from './starttls.ts';
import { use } from './use.ts';
import { wait } from './wait.ts';

type Executors = {
  readonly [Kind in StepKind]: (step: StepOf<Kind>, context: Context) => Promise<unknown> | undefined;
};

/** One row for each step; the compiler names a missing row. */
const executors: Executors = {
  send,
  expect,
  pipeline,
  message,
  starttls,
  handshake,
  authenticate,
  xclient,
  xforward,
  compress,
  close,
  reset,
  wait,
  connect,
  port: check(port),
  certificate: check(certificate),
  tls: check(tls),
  dns: check(dns),
  http: check(http),
  maildir: check(maildir),
  received: check(received),
  inspect: check(inspect),
  log: check(log),
  run: check(run, success),
  eventually,
  repeat,
  use,
  group: use,
};

export function execute<Kind extends StepKind>(step: StepOf<Kind>, context: Context): Promise<unknown> | undefined {
  return context.world.stopwatch === undefined
    ? executors[step.kind](step, context)
    : timed(step, context, context.world.stopwatch);
}

async function timed<Kind extends StepKind>(step: StepOf<Kind>, context: Context, stopwatch: Stopwatch): Promise<void> {
  const { clock } = context.world;
  const begun = clock();
  await executors[step.kind](step, context);
  stopwatch(context.scenario, step, clock() - begun);
}
