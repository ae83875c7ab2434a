import { byIdentity } from '../by-identity.ts';
import { CheckError } from '../checks/check.ts';
import { refuseOutside } from '../checks/inside.ts';
import { messagesOfMbox } from '../checks/mbox.ts';
import { pathIn } from '../paths.ts';
import { many, messageOf } from '../phrase.ts';
import type { FileContent, FilePath, Step } from '../steps.ts';
import { type Context, fillText } from './context.ts';
import { StepFailure } from './failure.ts';

/** Each file is read once a run, and an mbox taken apart once. */
const messagesIn = byIdentity((octets: Buffer) => messagesOfMbox(octets));

/** The octets of a file that a step names. Throws a `StepFailure` where there are none. */
export async function readNamedFile(context: Context, step: Step, file: FilePath): Promise<Buffer> {
  const path = pathOf(context, step, file);
  try {
    return await context.world.files.read(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : messageOf(cause);
    throw new StepFailure('input.value', `Cannot read "${path}": ${why}`, { span: step.span });
  }
}

function pathOf(context: Context, step: Step, file: FilePath): string {
  if (typeof file === 'string') return file;
  const path = pathIn(file.folder, fillText(context, file.text, step.on));
  try {
    refuseOutside({ path, within: file.within });
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    throw new StepFailure(error.code, error.message, {
      span: step.span,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
  return path;
}

/** The file's octets, or one message of an mbox. */
export async function readContent(context: Context, step: Step, { path, number }: FileContent): Promise<Buffer> {
  const octets = await readNamedFile(context, step, path);
  if (number === undefined) return octets;
  const messages = messagesIn(octets);
  const which = fillText(context, number, step.on);
  const message = /^[1-9]\d*$/.test(which) ? messages[Number(which) - 1] : undefined;
  if (message !== undefined) return message;
  throw new StepFailure(
    'input.value',
    `Cannot take message ${which}: the mbox has ${many(messages.length, 'message')}`,
    {
      span: step.span,
    },
  );
}
