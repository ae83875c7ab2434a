import { certificate } from '../../checks/certificate.ts';
import { dns } from '../../checks/dns.ts';
import { http } from '../../checks/http.ts';
import { log } from '../../checks/log.ts';
import { maildir } from '../../checks/maildir.ts';
import { port } from '../../checks/port.ts';
import { run, success } from '../../checks/run.ts';
import { tls } from '../../checks/tls.ts';
import type { Step } from '../../steps.ts';
import type { Context } from '../context.ts';
import { authenticate } from './authenticate.ts';
import { check } from './check.ts';
import { close, connect, reset } from './connection.ts';
import { eventually } from './eventually.ts';
import { expect } from './expect.ts';
import { handshake } from './handshake.ts';
import { message } from './message.ts';
import { pipeline } from './pipeline.ts';
import { repeat } from './repeat.ts';
import { send } from './send.ts';
import { starttls } from './starttls.ts';
import { use } from './use.ts';
import { wait } from './wait.ts';

type Kind = Step['kind'];

/** A step of one kind, in the form in which the compiler knows that a row of the table fits it. */
type StepOf<K extends Kind> = { readonly [P in K]: Extract<Step, { kind: P }> & { readonly kind: P } }[K];

type Executors = { readonly [K in Kind]: (step: StepOf<K>, context: Context) => Promise<void> };

/** One row a step; the compiler names the row that is missing. */
const executors: Executors = {
  send,
  expect,
  pipeline,
  message,
  starttls,
  handshake,
  authenticate,
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
  log: check(log),
  run: check(run, success),
  eventually,
  repeat,
  use,
};

export function execute<K extends Kind>(step: StepOf<K>, context: Context): Promise<void> {
  return executors[step.kind](step, context);
}
