import type { Step } from '../../steps.ts';
import { authenticate } from './authenticate.ts';
import { certificate } from './certificate.ts';
import { close, connect, reset } from './connection.ts';
import type { Action } from './context.ts';
import { dns } from './dns.ts';
import { eventually } from './eventually.ts';
import { expect } from './expect.ts';
import { handshake } from './handshake.ts';
import { http } from './http.ts';
import { log } from './log.ts';
import { maildir } from './maildir.ts';
import { message } from './message.ts';
import { pipeline } from './pipeline.ts';
import { port } from './port.ts';
import { repeat } from './repeat.ts';
import { run } from './run.ts';
import { send } from './send.ts';
import { starttls } from './starttls.ts';
import { tls } from './tls.ts';
import { use } from './use.ts';
import { wait } from './wait.ts';

/** One row a step, by its key. Beside another action, `expect` is no step of its own. */
export const actions: Readonly<Record<Step['kind'], Action>> = {
  send,
  pipeline,
  message,
  starttls,
  handshake,
  authenticate,
  close,
  reset,
  wait,
  connect,
  port,
  certificate,
  tls,
  dns,
  http,
  maildir,
  log,
  run,
  eventually,
  repeat,
  use,
  expect,
};
