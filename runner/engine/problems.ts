import { ProtocolError } from '../protocol/reply.ts';
import { SaslError } from '../protocol/sasl.ts';
import type { Action, Problem, ProblemCode } from '../result.ts';
import { positionAt, type Span } from '../source.ts';
import type { Step } from '../steps.ts';
import { problemCodeOf } from '../transport/problem-code.ts';
import { TransportError } from '../transport/transport.ts';
import { visible } from '../visible.ts';
import { actionWords, answerWords } from './action.ts';
import { StepFailure } from './failure.ts';
import type { Session } from './session.ts';

export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a step threw, as a failure: the server's fault, or ours. None where it is no failure of the step: an abort, trouble of our own. */
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
  if (code !== 'reply.timeout') return new StepFailure(code, transportMessage(code, error), { span });
  if (error.during === 'write') {
    return new StepFailure(code, `the server did not take ${actionWords(action)} within ${seconds(limit)}`, {
      span,
      hint,
    });
  }
  const partial = session?.parser.drain() ?? Buffer.alloc(0);
  const actual = partial.length === 0 ? 'silence' : `only ${octets(partial)}, which is no complete reply`;
  return new StepFailure(code, `no complete ${answerWords(action)} within ${seconds(limit)}`, {
    span,
    mismatches: [{ path: '', expected: 'a reply', actual }],
    hint,
  });
}

function protocolFailure(error: ProtocolError, action: Action, span: Span): StepFailure {
  return new StepFailure(
    error.kind === 'limit' ? 'protocol.limit' : 'protocol.violation',
    error.kind === 'limit'
      ? `the ${answerWords(action)} is over a limit: ${error.message}`
      : `the ${answerWords(action)} breaks the protocol: ${error.message}`,
    {
      span,
      mismatches: [
        { path: '', expected: `a reply by ${error.rule}`, actual: visible(error.evidence.toString('latin1')) },
      ],
    },
  );
}

function saslFailure(error: SaslError, span: Span): StepFailure {
  if (error.kind === 'signature') {
    const message = `the server did not prove that it knows the password: ${error.message}`;
    return new StepFailure('auth.signature', message, { span });
  }
  return error.serverIsWrong
    ? new StepFailure('auth.failed', `Cannot answer the server's challenge: ${error.message}`, { span })
    : new StepFailure('input.value', `Cannot authenticate: ${error.message}`, { span });
}

function transportMessage(code: ProblemCode, { message }: TransportError): string {
  switch (code) {
    case 'connection.closed':
      return `the server closed the connection: ${message}`;
    case 'tls.handshake':
      return `the TLS handshake failed: ${message}`;
    case 'tls.certificate':
      return `the server's certificate is not acceptable: ${message}`;
    default:
      return message;
  }
}

/** The octets in their visible form, cut at a length that fits a line or two. */
export function octets(bytes: Buffer): string {
  const longestShown = 200;
  const text = visible(bytes.subarray(0, longestShown).toString('latin1'));
  return bytes.length > longestShown ? `"${text}" … (${bytes.length} octets)` : `"${text}"`;
}

export function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}

/** The result's problem; anything that is no `StepFailure` is trouble of our own. */
export function problemFrom(error: unknown, step: Step | undefined, fallback: Span, at: number): Problem {
  const failure =
    error instanceof StepFailure ? error : new StepFailure('runner.error', `Cannot go on: ${describeError(error)}`, {});
  const span = failure.span ?? step?.expect?.span ?? step?.span ?? fallback;
  const cause = step !== undefined && lineOf(step.span) !== lineOf(span) ? step.span : undefined;
  return {
    verdict: failure.verdict,
    code: failure.code,
    message: failure.message,
    span,
    ...(cause && { cause }),
    mismatches: failure.mismatches,
    ...(failure.hint !== undefined && { hint: failure.hint }),
    at,
  };
}

function lineOf(span: Span): string {
  return `${span.file.path}:${positionAt(span.file, span.start).line}`;
}
