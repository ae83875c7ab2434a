import type { Written, WrittenMap } from '../authoring/written.ts';
import { allOf, protocolOfLines, replyPattern, ScriptBuilder, type ScriptFormat } from './script.ts';

/**
 * James MPT: `C:` is sent, `S:` a pattern that a line of the reply meets; lines between `SUB {` and `}` come in any
 * order, as all do here.
 */
export const jamesMpt: ScriptFormat = {
  name: 'a script of James MPT',
  recognizes: (lines) => lines.some((line) => /^C: /.test(line)) && lines.some((line) => /^S: /.test(line)),
  read(lines) {
    const said = lines.flatMap((line) => /^[CS]: (.*)$/.exec(line)?.[1]?.replaceAll('\\', '') ?? []);
    const isTagged = lines.some((line) => /^S: \S+ (?:OK|NO|BAD|\(OK)/.test(line));
    const protocol = protocolOfLines(isTagged ? ['* OK', ...said] : said);
    const script = new ScriptBuilder();
    let tag: string | undefined;
    /** Lines of a message or a literal are no commands. */
    let inMessage: string[] | undefined;
    for (const line of lines) {
      const [, side, text = ''] = /^([CS]):(?: (.*))?$/.exec(line) ?? [];
      if (side === 'C' && inMessage !== undefined) {
        if (text !== '.') inMessage.push(text);
        else {
          script.add({ did: { kind: 'message', text: inMessage.map((each) => `${each}\n`).join('') } });
          inMessage = undefined;
        }
      } else if (side === 'C') {
        tag = protocol.createTags === undefined ? undefined : /^(\S+) /.exec(text)?.[1];
        script.add({ did: { kind: 'line', text: tag === undefined ? text : text.slice(tag.length + 1) } });
      } else if (side === 'S') {
        script.expect(expected(text, tag, protocol), together);
        const { last } = script;
        if (text.startsWith('354') && last?.did.kind === 'line') inMessage = [];
      } else if (!/^(?:SUB\s*\{|\}|\s*)$/.test(line)) script.comment(line.replace(/^# ?/, ''));
    }
    return { protocol, where: {}, ...script.finish() };
  },
};

function expected(source: string, tag: string | undefined, protocol: Parameters<typeof replyPattern>[1]): Written {
  const untagged = /^\\?\* (.*)$/.exec(source)?.[1];
  if (untagged !== undefined && protocol.replies.untagged) return { untagged: [`/(?i)^${untagged}$/`] };
  const final = tag !== undefined && source.startsWith(`${tag} `) ? source.slice(tag.length + 1) : source;
  return replyPattern(final.replace(/^\\\+/, '+'), protocol);
}

/** Untagged responses, and the status of the command that they belong to. */
function together(before: Written, next: Written): Written {
  if (!isMap(before) || !isMap(next))
    return isMap(before) && 'untagged' in before ? withStatus(before, next) : allOf(before, next);
  if (!('untagged' in before)) return allOf(before, next);
  const list = (value: Written | undefined): readonly Written[] =>
    Array.isArray(value) ? (value as readonly Written[]) : [];
  return { ...before, ...next, untagged: [...list(before['untagged']), ...list(next['untagged'])] };
}

function withStatus(before: WrittenMap, status: Written): Written {
  return typeof status === 'string' ? { status, ...before } : allOf(before, status);
}

function isMap(value: Written): value is WrittenMap {
  return typeof value === 'object' && !Array.isArray(value);
}
