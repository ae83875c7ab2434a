import { checkCertificate } from '../../checks/certificate.ts';
import { type CheckContext, CheckError, type Seen } from '../../checks/check.ts';
import { checkDns } from '../../checks/dns.ts';
import { checkHttp } from '../../checks/http.ts';
import { checkLog } from '../../checks/log.ts';
import { checkMaildir } from '../../checks/maildir.ts';
import { checkPort } from '../../checks/port.ts';
import { checkRun } from '../../checks/run.ts';
import { checkTls } from '../../checks/tls.ts';
import type { TlsPeer } from '../../checks/tls-peer.ts';
import { defined } from '../../defined.ts';
import type { Target, TlsOptions } from '../../plan.ts';
import { parseServerUrl } from '../../protocol/server-url.ts';
import type { RecordType } from '../../record-types.ts';
import type { CheckStep } from '../../steps.ts';
import { type Context, fillText, sessionFor } from '../context.ts';
import { handshakeOptions, readTlsOptions } from '../handshake-options.ts';
import { allowed } from '../marks.ts';
import { describeError } from '../problems.ts';
import type { Wants } from './wants.ts';

type Looker<Kind extends CheckStep['kind']> = (
  step: Extract<CheckStep, { kind: Kind }>,
  context: Context,
  check: CheckContext,
  wants: Wants,
) => Promise<Seen>;

/** One row a check: its texts filled, and done. */
const lookers: { readonly [Kind in CheckStep['kind']]: Looker<Kind> } = {
  port({ host, port, family, localAddress, on }, context, check) {
    const number = Number(fillText(context, port, on));
    if (!(Number.isInteger(number) && number >= 1 && number <= 65_535)) {
      throw new CheckError(
        'input.value',
        `Cannot look at port "${fillText(context, port, on)}": it is no number from 1 to 65535`,
      );
    }
    return checkPort({ host: fillText(context, host, on), port: number, ...defined({ family, localAddress }) }, check);
  },

  async certificate(step, context, check, wants) {
    const names = wants.texts('valid_for');
    if (step.of !== 'connection')
      return checkCertificate({ from: await peerOf(step.of, step.tls, context), names }, check);
    const { transport } = await sessionFor(context, step);
    const { tls } = transport.facts;
    if (tls === undefined) {
      throw new CheckError('check.mismatch', 'the connection is not encrypted: there is no certificate', {
        hint: 'Put "- starttls" before it, or look at the server: "certificate: { server: … }"',
      });
    }
    return checkCertificate({ from: tls, names }, check);
  },

  async tls(step, context, check) {
    return checkTls(await peerOf(step.of, step.tls, context), check);
  },

  dns({ name, type, resolver, family, on }, context, check) {
    // An empty text is the machine's own: a variable may name another.
    const asked = resolver === undefined ? '' : fillText(context, resolver, on);
    return checkDns(
      {
        name: fillText(context, name, on),
        type: type as RecordType,
        ...(asked !== '' && { resolver: asked }),
        ...defined({ family }),
      },
      check,
    );
  },

  async http({ request, on }, context, check, wants) {
    const { url, headers, body, address, tls, family, localAddress, method, redirects } = request;
    const text = (each: typeof url) => fillText(context, each, on);
    return checkHttp(
      {
        url: text(url),
        method,
        headers: headers.map(({ name, value }) => ({ name, value: text(value) })),
        redirects,
        tls: await readTlsOptions(tls, undefined, (text) => fillText(context, text, on)),
        xpaths: wants.names('xml'),
        jsonPaths: wants.names('json'),
        ...(body !== undefined && { body: text(body) }),
        ...(address !== undefined && { address: hostAndPort(text(address)) }),
        ...defined({ family, localAddress }),
      },
      check,
    );
  },

  async maildir({ mailbox, all }, context) {
    await allowed(mailbox);
    return checkMaildir({ mark: await context.marks.mailbox(mailbox.path), all });
  },

  async log({ log }, context, _check, wants) {
    await allowed(log);
    return checkLog({ mark: await context.marks.log(log.path), concerns: wants.concerns, words: wants.words('lines') });
  },

  run({ command, stdin, cwd, env, on }, context, check) {
    const text = (each: (typeof command)[number]) => fillText(context, each, on);
    return checkRun(
      {
        command: command.map(text),
        cwd,
        env: Object.fromEntries(env.map(({ name, value }) => [name, text(value)])),
        ...(stdin !== undefined && { stdin: text(stdin) }),
      },
      check,
    );
  },
};

/** What a check's step sees. Throws a `CheckError`, a `StepFailure`, or a `TransportError` where the run was ended. */
export function look(step: CheckStep, context: Context, check: CheckContext, wants: Wants): Promise<Seen> {
  const looker = lookers[step.kind] as Looker<CheckStep['kind']>;
  return looker(step as never, context, check, wants);
}

async function peerOf(target: Target, overrides: TlsOptions, context: Context): Promise<TlsPeer> {
  const text = fillText(context, target.url, '');
  let url: ReturnType<typeof parseServerUrl>;
  try {
    url = parseServerUrl(text);
  } catch (error) {
    throw new CheckError('input.value', `Cannot connect to "${text}": ${describeError(error)}`);
  }
  const { address, protocol, implicitTls } = url;
  if (address.to === 'command')
    throw new CheckError('input.value', 'A program has no certificate to look at from outside');
  const { family, localAddress, proxyProtocol } = target.options;
  return {
    address,
    protocol,
    implicitTls,
    tls: await handshakeOptions(target, overrides, url, (text) => fillText(context, text, '')),
    ...defined({ family, localAddress, proxyProtocol }),
  };
}

/** `host`, `host:8443`, `[::1]:8443` */
function hostAndPort(text: string): { readonly host: string; readonly port?: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? text;
  return port === undefined ? { host } : { host, port: Number(port) };
}
