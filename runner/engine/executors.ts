import type { Step } from '../plan.ts';
import type { Context } from './context.ts';
import { authenticate } from './steps/authenticate.ts';
import { check } from './steps/check.ts';
import { close, connect, reset, wait } from './steps/connection.ts';
import { eventually, repeat, use } from './steps/control.ts';
import { expectReply } from './steps/expect.ts';
import { message } from './steps/message.ts';
import { pipeline } from './steps/pipeline.ts';
import { send } from './steps/send.ts';
import { handshake, starttls } from './steps/starttls.ts';

type Executors = {
  readonly [K in Step['kind']]: (step: Extract<Step, { kind: K }>, context: Context) => Promise<void>;
};

/** One row a step; the compiler names the row that is missing. */
const executors: Executors = {
  send,
  expect: expectReply,
  pipeline,
  message,
  starttls,
  handshake,
  authenticate,
  close,
  reset,
  wait,
  connect,
  port: check,
  certificate: check,
  tls: check,
  dns: check,
  http: check,
  maildir: check,
  log: check,
  run: check,
  eventually,
  repeat,
  use,
};

export function execute(step: Step, context: Context): Promise<void> {
  const executor = executors[step.kind] as (step: Step, context: Context) => Promise<void>;
  return executor(step, context);
}
