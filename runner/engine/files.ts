import { byIdentity } from '../by-identity.ts';
import { unreadable } from '../checks/log.ts';
import { messagesOfMbox } from '../checks/mbox.ts';
import type { FileContent, FilePath } from '../message.ts';
import { pathIn } from '../paths.ts';
import { many } from '../phrase.ts';
import type { Step } from '../steps.ts';
import { type Context, fillText } from './context.ts';
import { StepFailure } from './failure.ts';

/** Each file is read once in a run, and an mbox is split once. */
const messagesIn = byIdentity((octets: Buffer) => messagesOfMbox(octets));
const wholeMessagesIn = byIdentity((octets: Buffer) => messagesOfMbox(octets, true));

/** The octets of a file that a step names. Throws a `StepFailure` if it cannot be read. */
export async function readNamedFile(context: Context, step: Step, file: FilePath): Promise<Buffer> {
  const isKnown = typeof file === 'string';
  const path = isKnown ? file : pathIn(file.folder, fillText(context, file.text, step.on));
  try {
    return await context.world.files.read(path, isKnown ? undefined : file.within);
  } catch (cause) {
    const { message, hint } = unreadable(path, cause);
    throw new StepFailure('input.value', message, { span: step.span, ...(hint !== undefined && { hint }) });
  }
}

/** The file's octets, or one message of an mbox. */
export async function readContent(
  context: Context,
  step: Step,
  { path, number, blankLine }: FileContent,
): Promise<Buffer> {
  const octets = await readNamedFile(context, step, path);
  if (number === undefined) return octets;
  const messages = blankLine === true ? wholeMessagesIn(octets) : messagesIn(octets);
  const which = fillText(context, number, step.on);
  const message = /^[1-9]\d*$/.test(which) ? messages[Number(which) - 1] : undefined;
  if (message !== undefined) return message;
  throw new StepFailure(
    'input.value',
    `Cannot use message ${which}: the mbox has ${many(messages.length, 'message')}`,
    {
      span: step.span,
    },
  );
}
