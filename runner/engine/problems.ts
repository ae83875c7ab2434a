import { defined } from '../defined.ts';
import type { Evidence } from '../evidence.ts';
import type { Action } from '../headline.ts';
import type { Actual, Mismatch, Octets } from '../mismatch.ts';
import { messageOf } from '../phrase.ts';
import { type Exceeded, ProtocolError } from '../protocol/reply.ts';
import { SaslError } from '../protocol/sasl.ts';
import type { Problem, ProblemCode } from '../result.ts';
import { placeOf, type Span } from '../source.ts';
import type { Step } from '../steps.ts';
import { faultOf } from '../transport/fault.ts';
import { problemCodeOf } from '../transport/problem-code.ts';
import { TransportError } from '../transport/transport.ts';
import { StepFailure } from './failure.ts';
import { type Outage, outage, outageFrom } from './outage.ts';
import { isPlainHandshake, isUsualHandshake } from './service-needs.ts';
import type { Session } from './session.ts';

/**
 * The failure for an error that a step threw: the server's, or ours. `undefined` for an abort, and for an error in
 * mailspec itself.
 */
export function failureFrom(
  error: unknown,
  step: Step,
  session: Session | undefined,
  limit: number,
  hint = 'A slow server may need a longer timeout: on the step, on its server, or with --timeout',
): StepFailure | undefined {
  if (error instanceof StepFailure) return error;
  const span = step.expect?.span ?? step.span;
  const action: Action = session?.lastAction ?? { kind: 'command', label: step.label };
  if (error instanceof ProtocolError) return protocolFailure(error, action, span);
  if (error instanceof SaslError) return saslFailure(error, span);
  if (!(error instanceof TransportError)) return undefined;
  const code = problemCodeOf(error);
  if (code === undefined) return undefined;
  const fault = faultOf(error);
  const unusable = session && handshakeOutage(error, code, session, step, limit);
  if (fault?.kind === 'certificate')
    return new StepFailure(code, { kind: 'certificate', fault }, { span, fault, outage: unusable });
  if (code !== 'reply.timeout')
    return new StepFailure(code, transportMessage(code, error), { span, fault, outage: unusable });
  const late = { after: action, within: limit };
  if (error.during === 'write') return new StepFailure(code, { kind: 'not taken', ...late }, { span, hint });
  const literal = session?.parser.lacking;
  const partial = session?.parser.drain() ?? Buffer.alloc(0);
  const actual: Actual =
    partial.length === 0
      ? { kind: 'silence' }
      : { kind: 'fragment', octets: octetsOf(partial), ...(literal && { literal }) };
  return new StepFailure(
    code,
    { kind: 'late reply', ...late },
    {
      span,
      mismatches: [{ path: '', expected: { kind: 'reply' }, actual }],
      hint,
      outage: session && silenceOutage(session, partial, late),
    },
  );
}

function handshakeOutage(
  error: TransportError,
  code: ProblemCode,
  { target }: Session,
  step: Step,
  limit: number,
): Outage | undefined {
  const isSilent = error.kind === 'timeout' && limit >= target.options.timeout;
  if (isSilent && isUsualHandshake(step))
    return { ...outageFrom(error, code, target), stage: 'handshake', how: 'silent' };
  return isPlainHandshake(step) ? { ...outageFrom(error, code, target), stage: 'starttls', how: undefined } : undefined;
}

/**
 * The outage of a server that was completely silent, or silent after its greeting, for its own time limit and not only
 * the step's.
 */
function silenceOutage(
  { greeting, answered, protocol, target }: Session,
  partial: Buffer,
  late: { readonly after: Action; readonly within: number },
): Outage | undefined {
  if (answered || partial.length > 0 || late.within < target.options.timeout) return undefined;
  if (greeting !== undefined && !protocol.greets) return undefined;
  const stage = greeting === undefined ? 'answer' : 'command';
  return outage(target, stage, 'reply.timeout', { kind: 'late reply', ...late }, { how: 'silent' });
}

function protocolFailure(error: ProtocolError, after: Action, span: Span): StepFailure {
  const { limit } = error;
  const text = error.evidence.toString('latin1');
  return new StepFailure(
    limit ? 'protocol.limit' : 'protocol.violation',
    { kind: limit ? 'over limit' : 'violation', after, reason: error.message },
    {
      span,
      mismatches: [
        {
          path: error.finding?.name ?? '',
          ...(limit
            ? limitDifference(limit, text)
            : {
                expected: { kind: 'valid reply', rule: error.rule },
                actual: { kind: 'violation', text },
              }),
        },
      ],
    },
  );
}

function limitDifference({ what, most, unit, reached }: Exceeded, text: string): Pick<Mismatch, 'expected' | 'actual'> {
  return {
    expected: { kind: 'at most', what, most, unit },
    actual: { kind: 'excess', unit, text, ...defined({ reached }) },
  };
}

function saslFailure(error: SaslError, span: Span): StepFailure {
  if (error.kind === 'signature') {
    const message = `the server did not prove that it knows the password: ${error.message}`;
    return new StepFailure('auth.signature', message, { span });
  }
  if (!error.serverIsWrong) return new StepFailure('input.value', `Cannot authenticate: ${error.message}`, { span });
  const { rule, evidence } = error;
  const mismatches: readonly Mismatch[] =
    evidence === undefined
      ? []
      : [{ path: '', expected: { kind: 'valid reply', rule }, actual: { kind: 'value', value: evidence } }];
  return new StepFailure('auth.failed', `Cannot answer the server's challenge: ${error.message}`, { span, mismatches });
}

function transportMessage(code: ProblemCode, { message, during }: TransportError): string {
  switch (code) {
    case 'connection.closed':
      return `the server closed the connection: ${message}`;
    case 'tls.handshake':
      return during === 'handshake' ? `the TLS handshake failed: ${message}` : message;
    default:
      return message;
  }
}

export function octetsOf(bytes: Buffer): Octets {
  return { kind: 'octets', text: bytes.toString('latin1') };
}

/** The result's problem. Anything other than a `StepFailure` is an internal error. */
export function problemFrom(
  error: unknown,
  step: Step | undefined,
  fallback: Span,
  at: number,
  about: (failure: StepFailure) => Evidence | undefined,
): Problem {
  const failure =
    error instanceof StepFailure ? error : new StepFailure('runner.error', `Cannot go on: ${messageOf(error)}`, {});
  const place = failure.place ?? placeOf(step?.expect?.span ?? step?.span ?? fallback);
  const cause = step && placeOf(step.span);
  return {
    verdict: failure.verdict,
    code: failure.code,
    headline: failure.headline,
    place,
    ...(cause && (cause.file !== place.file || cause.line !== place.line) && { cause }),
    mismatches: failure.mismatches,
    ...defined({ evidence: about(failure) }),
    ...(failure.hint !== undefined && { hint: failure.hint }),
    at,
  };
}
