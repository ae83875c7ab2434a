import { defined } from '../../defined.ts';
import type { Attachment, Message, MessageFields } from '../../message.ts';
import type { Text } from '../../plan.ts';
import { readSize, readString, readText, readTexts } from '../read.ts';
import { child, type Entry, entriesOf, listAt, type MapNode, type Node } from '../tree.ts';
import type { StepContext, StepReader } from './context.ts';
import { readContentFile, readFile } from './file.ts';

export const message: StepReader<'message'> = {
  fits: (protocol) => protocol.transfersMail,
  instead: 'Send it with "send: [\'APPEND INBOX \', { literal: { file: … } }]" in IMAP, or "send: { raw: … }"',
  read(context, action, base) {
    const source = readSource(context, action);
    const size = readSize(context.scope, child(action, 'size'));
    const bdat = readSize(context.scope, child(action, 'bdat'));
    if (bdat === 0) {
      const span = child(action, 'bdat')?.span ?? action.span;
      context.scope.shared.report({ code: 'value.size', message: 'A chunk has at least one octet', span });
    }
    if (source === undefined) return undefined;
    return {
      ...base,
      kind: 'message',
      message: { source, ...(size !== undefined && { size }) },
      ...(bdat !== undefined && { bdat }),
    };
  },
};

/** The most octets of an attachment with `size`, which is encoded in memory. */
const largestAttachment = 64 * 1024 * 1024;

/** Keys that are allowed with every source. */
const shared: ReadonlySet<string> = new Set(['size', 'bdat']);
const ofMbox: ReadonlySet<string> = new Set(['number', 'blank_line']);

function readSource(context: StepContext, action: Node): Message['source'] | undefined {
  const { scope } = context;
  if (action.kind !== 'map') {
    const text = readText(scope, action);
    return text === undefined ? undefined : { from: 'raw', text };
  }
  const whole = [...action.entries.values()].find(({ key }) => key === 'file' || key === 'raw' || key === 'mbox');
  if (whole === undefined) return { from: 'fields', fields: readFields(context, action) };
  const other = [...action.entries.values()].find(
    (entry) => entry !== whole && !shared.has(entry.key) && !(whole.key === 'mbox' && ofMbox.has(entry.key)),
  );
  if (other !== undefined) {
    scope.shared.report({
      code: 'value.invalid',
      message: `"${other.key}" does not go with "${whole.key}"`,
      span: other.keySpan,
      hint: `"${whole.key}" is the whole message, header included`,
    });
  }
  if (whole.key === 'raw') {
    const text = readText(scope, whole.node);
    return text === undefined ? undefined : { from: 'raw', text };
  }
  const file = readContentFile(context, action);
  return file === undefined ? undefined : { from: 'file', file };
}

function readFields(context: StepContext, node: MapNode): MessageFields {
  const { scope } = context;
  const texts = (key: string): readonly Text[] | undefined => {
    const found = child(node, key);
    return found && readTexts(scope, found);
  };
  const headers = entriesOf(child(node, 'headers')).flatMap((entry) => readHeader(context, entry));
  const attachments = listAt(node, 'attachments').flatMap((item) => readAttachment(context, item) ?? []);
  return {
    ...defined({
      from: readText(scope, child(node, 'from')),
      to: texts('to'),
      cc: texts('cc'),
      subject: readText(scope, child(node, 'subject')),
      text: readText(scope, child(node, 'text')),
      html: readText(scope, child(node, 'html')),
    }),
    headers,
    attachments,
  };
}

function readHeader({ scope }: StepContext, { key, keySpan, node }: Entry): MessageFields['headers'] {
  // RFC 5322 section 2.2
  if (!/^[!-9;-~]+$/.test(key)) {
    scope.shared.report({
      code: 'value.invalid',
      message: `"${key}" is not a header field's name`,
      span: keySpan,
      hint: 'Names are printable ASCII characters without ":"',
    });
    return [];
  }
  return readTexts(scope, node).map((value) => ({ name: key, value }));
}

function readAttachment(context: StepContext, node: Node): Attachment | undefined {
  const { scope } = context;
  if (node.kind !== 'map') {
    const path = readFile(context, node);
    return path === undefined ? undefined : { content: { from: 'file', path } };
  }
  const contents = [...node.entries.values()].filter(({ key }) => key === 'text' || key === 'file' || key === 'size');
  const [content, other] = contents;
  if (content === undefined) {
    scope.shared.report({
      code: 'key.missing',
      message: 'The attachment has no content',
      span: node.span,
      hint: 'Add "text", "file" or "size"',
    });
    return undefined;
  }
  if (other !== undefined) {
    scope.shared.report({
      code: 'value.invalid',
      message: `"${other.key}" does not go with "${content.key}"`,
      span: other.keySpan,
    });
  }
  const read = readContent(context, content);
  const type = readString(scope, child(node, 'type'), 'A media type');
  return read && { ...defined({ filename: readText(scope, child(node, 'filename')), type }), content: read };
}

function readContent(context: StepContext, { key, node }: Entry): Attachment['content'] | undefined {
  const { scope } = context;
  if (key === 'file') {
    const path = readFile(context, node);
    return path === undefined ? undefined : { from: 'file', path };
  }
  if (key === 'size') {
    const size = readSize(scope, node);
    if (size !== undefined && size > largestAttachment) {
      scope.shared.report({
        code: 'value.size',
        message: 'A generated attachment has at most 64 MiB',
        span: node.span,
        hint: 'Attachments are composed in memory: give the message a "size" instead; its content is generated while it is sent',
      });
      return undefined;
    }
    return size === undefined ? undefined : { from: 'size', size };
  }
  const text = readText(scope, node);
  return text === undefined ? undefined : { from: 'text', text };
}
