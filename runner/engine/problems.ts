import type { Step } from '../plan.ts';
import { ProtocolError } from '../protocol/reply.ts';
import { SaslError } from '../protocol/sasl.ts';
import type { Problem } from '../result.ts';
import { positionAt, type Span } from '../source.ts';
import { TransportError } from '../transport/transport.ts';
import { visible } from '../visible.ts';
import { StepFailure } from './failure.ts';
import type { Session } from './session.ts';

export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a step threw, as a failure: the server's fault, or ours. Aborts pass through. */
export function failureFrom(
  error: unknown,
  step: Step,
  session: Session | undefined,
  limit: number,
  hint = 'A slow server may need a longer timeout: on the step, on its server, or with --timeout',
): unknown {
  if (error instanceof StepFailure) return error;
  const span = step.expect?.span ?? step.span;
  const answered = session?.lastAction ?? `"${step.label}"`;
  if (error instanceof ProtocolError) {
    return new StepFailure(
      error.kind === 'limit' ? 'protocol.limit' : 'protocol.violation',
      error.kind === 'limit'
        ? `the reply to ${answered} is over a limit: ${error.message}`
        : `the reply to ${answered} breaks the protocol: ${error.message}`,
      {
        span,
        mismatches: [
          { path: '', expected: `a reply by ${error.rule}`, actual: visible(error.evidence.toString('latin1')) },
        ],
      },
    );
  }
  if (error instanceof SaslError) {
    if (error.kind === 'signature') {
      return new StepFailure(
        'auth.signature',
        `the server did not prove that it knows the password: ${error.message}`,
        { span },
      );
    }
    return error.serverIsWrong
      ? new StepFailure('auth.failed', `Cannot answer the server's challenge: ${error.message}`, { span })
      : new StepFailure('input.value', `Cannot authenticate: ${error.message}`, { span });
  }
  if (!(error instanceof TransportError)) return error;
  switch (error.kind) {
    case 'aborted':
      return error;
    case 'timeout': {
      if (error.message.startsWith('Cannot write')) {
        return new StepFailure('reply.timeout', `the server did not take ${answered} within ${seconds(limit)}`, {
          span,
          hint,
        });
      }
      const partial = session?.parser.drain() ?? Buffer.alloc(0);
      return new StepFailure('reply.timeout', `no complete reply to ${answered} within ${seconds(limit)}`, {
        span,
        mismatches: [
          {
            path: '',
            expected: 'a reply',
            actual: partial.length === 0 ? 'silence' : `only ${octets(partial)}, which is no complete reply`,
          },
        ],
        hint,
      });
    }
    case 'closed':
      return new StepFailure('connection.closed', `the server closed the connection: ${error.message}`, { span });
    case 'handshake':
      return new StepFailure('tls.handshake', `the TLS handshake failed: ${error.message}`, { span });
    case 'certificate':
      return new StepFailure('tls.certificate', `the server's certificate is not acceptable: ${error.message}`, {
        span,
      });
    case 'limit':
      return new StepFailure('protocol.limit', error.message, { span });
    default:
      return new StepFailure('connect.failed', error.message, { span });
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
