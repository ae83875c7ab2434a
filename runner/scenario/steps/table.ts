import type { StepKind } from '../../steps.ts';
import { readDuration } from '../read.ts';
import { xclient, xforward } from './attributes.ts';
import { authenticate } from './authenticate.ts';
import { certificate } from './certificate.ts';
import type { StepReader } from './context.ts';
import { dns } from './dns.ts';
import { at, dialogue, fields, inside, whole } from './fields.ts';
import { handshake } from './handshake.ts';
import { http } from './http.ts';
import { inspect } from './inspect.ts';
import { log } from './log.ts';
import { maildir } from './maildir.ts';
import { message } from './message.ts';
import { pipeline } from './pipeline.ts';
import { port } from './port.ts';
import { received } from './received.ts';
import { repeat } from './repeat.ts';
import { run } from './run.ts';
import { send } from './send.ts';
import { starttls } from './starttls.ts';
import { tls } from './tls.ts';
import { use } from './use.ts';

/** The default pause of `eventually` between attempts, in milliseconds. */
const defaultEvery = 1000;

/** One row for each step, by key. Next to another action, `expect` is not a step of its own. */
export const readers: { readonly [Kind in StepKind]: StepReader<Kind> } = {
  send,
  pipeline,
  message,
  starttls,
  handshake,
  authenticate,
  xclient,
  xforward,
  compress: {
    fits: ({ compress }) => compress !== undefined,
    instead: 'Only IMAP has a command for it (RFC 4978)',
    read: fields('compress', {}),
  },
  close: { read: fields('close', {}) },
  reset: { read: fields('reset', {}) },
  wait: { read: fields('wait', { for: whole(readDuration) }) },
  connect: { read: fields('connect', {}) },
  port,
  certificate,
  tls,
  dns,
  http,
  maildir,
  received,
  inspect,
  log,
  run,
  eventually: {
    read: fields('eventually', {
      within: at('within', readDuration),
      every: at('every', readDuration, defaultEvery),
      dialogue: dialogue(),
    }),
  },
  repeat,
  group: {
    read: (context, action, base) => ({ ...base, kind: 'group', dialogue: context.dialogue(inside(context), action) }),
  },
  use,
  expect: { read: fields('expect', {}) },
};
