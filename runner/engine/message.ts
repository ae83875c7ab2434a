import { byIdentity } from '../by-identity.ts';
import type { Attachment, FilePath, Message, MessageFields } from '../message.ts';
import type { Text } from '../plan.ts';
import type { Step } from '../steps.ts';
import { type Context, fillText } from './context.ts';
import { StepFailure } from './failure.ts';
import { readContent, readNamedFile } from './files.ts';
import { type Composed, filler, fillUp, longestFiller } from './filler.ts';

/** The octets of a message, with CRLF line endings, before dot-stuffing, and padded to `size` if given. */
export async function composeMessage(context: Context, step: Extract<Step, { kind: 'message' }>): Promise<Composed> {
  const { source, size } = step.message;
  const content = fixedContent(source) ?? (await contentOf(context, step, source));
  if (size === undefined) return { content, filler: 0 };
  const missing = size - content.length;
  if (missing < 0) {
    throw new StepFailure(
      'input.value',
      `Cannot fill the message up to ${size} octets: it already has ${content.length}`,
      { span: step.span },
    );
  }
  return missing > longestFiller ? { content, filler: missing } : { content: fillUp(content, missing), filler: 0 };
}

/** A message without holes is the same for all cases of a scenario and all iterations of a `repeat`. */
const fixedContent = byIdentity((source: Message['source']) =>
  source.from === 'raw' && typeof source.text === 'string' ? withCrlf(Buffer.from(source.text)) : undefined,
);

async function contentOf(context: Context, step: Step, source: Message['source']): Promise<Buffer> {
  switch (source.from) {
    case 'file':
      return withCrlf(await readContent(context, step, source.file));
    case 'raw':
      return withCrlf(Buffer.from(fillText(context, source.text, step.on)));
    case 'fields':
      return concealed(
        context,
        await fromFields(source.fields, {
          read: (path) => readNamedFile(context, step, path),
          fill: (text) => fillText(context, text, step.on),
        }),
      );
  }
}

/** Shorter parts of a line occur in other lines by chance. */
const shortestPiece = 8;

/** Registers what the composer made of secrets, line by line: a server may quote a line of it in a reply. */
function concealed({ redactor }: Context, message: Buffer): Buffer {
  const text = message.toString('latin1');
  for (const { start, end, shown } of redactor.find(text)) {
    for (const line of text.slice(start, end).split(/\r\n[ \t]*/))
      if (line.length >= shortestPiece) redactor.add(shown.slice(1, -1), line);
  }
  return message;
}

/** RFC 5321 section 2.3.8: lines end in CRLF only, but files and YAML blocks have LF. */
function withCrlf(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');
}

/** What a message needs from the running scenario. */
interface Sources {
  read(path: FilePath): Promise<Buffer>;
  fill(text: Text): string;
}

async function fromFields(fields: MessageFields, sources: Sources): Promise<Buffer> {
  const expand = sources.fill;
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer/index.js');
  const optional = <K extends string>(key: K, text: Text | undefined) =>
    text === undefined ? {} : ({ [key]: expand(text) } as Record<K, string>);
  const composer = new MailComposer({
    ...optional('from', fields.from),
    ...optional('subject', fields.subject),
    ...optional('text', fields.text),
    ...optional('html', fields.html),
    ...(fields.to && { to: fields.to.map(expand) }),
    ...(fields.cc && { cc: fields.cc.map(expand) }),
    headers: fields.headers.map(({ name, value }) => ({ key: name, value: expand(value) })),
    attachments: await Promise.all(fields.attachments.map((each) => attachment(each, sources))),
    newline: 'windows',
    // The composer must not open a file because a text happens to name one.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const built = await composer.compile().build();
  return withCrlf(built);
}

async function attachment(from: Attachment, { read, fill }: Sources) {
  const { content } = from;
  const octets =
    content.from === 'file'
      ? await read(content.path)
      : content.from === 'text'
        ? Buffer.from(fill(content.text))
        : filler(content.size);
  return {
    content: octets,
    ...(from.filename !== undefined && { filename: fill(from.filename) }),
    ...(from.type !== undefined && { contentType: from.type }),
  };
}
