import { allOf, protocolOfLines, replyPattern, ScriptBuilder, type ScriptFormat } from './script.ts';

/**
 * Scripts for the client of Exim's test suite: `??? TEXT` is how the next reply begins, `???*` the end of the connection,
 * `+++ N` a pause; anything else is sent.
 */
export const eximClient: ScriptFormat = {
  name: 'a client script of Exim',
  recognizes: (lines) => lines.some((line) => /^\?\?\?/.test(line)),
  read(lines) {
    const start = lines.findIndex((line) => /^client(?:-\w+)? /.test(line));
    const end = lines.findIndex((line, at) => at > start && /^\*{4}$/.test(line));
    const body = lines.slice(start + 1, end === -1 ? undefined : end);
    const [, host, port] = /^client(?:-\w+)?(?: +-\S+(?: +\S+)?)*? +([\w.:]+) +(\S+)/.exec(lines[start] ?? '') ?? [];
    const expected = body.flatMap((line) => /^\?\?\?+ ?(.*)$/.exec(line)?.[1] ?? []);
    const protocol = protocolOfLines([...expected, ...body]);
    const script = new ScriptBuilder();
    let inMessage: string[] | undefined;
    let isAnswered = true;
    for (const line of body) {
      const [, text] = /^\?\?\?\+* ?(.*)$/.exec(line) ?? [];
      if (inMessage !== undefined && text === undefined) {
        if (line === '.') {
          script.add({ did: { kind: 'message', text: inMessage.map((each) => `${each}\n`).join('') } });
          inMessage = undefined;
          isAnswered = false;
        } else inMessage.push(line.startsWith('..') ? line.slice(1) : line);
      } else if (text === '*') script.another('closed');
      else if (text !== undefined) {
        // Each line of a reply is asked for by itself.
        const pinned = replyPattern(text.replace(/[\\^$.|?*+()[\]{}/]/g, '\\$&'), protocol);
        if (isAnswered && !isContinued(text, script.last?.pinned)) script.another(pinned);
        else script.expect(pinned, allOf);
        isAnswered = true;
        const isData = script.last?.did.kind === 'line' && /^data\s*$/i.test(script.last.did.text);
        if (isData && text.startsWith('354')) inMessage = [];
      } else if (/^\+\+\+/.test(line)) script.comment(`a pause: ${line}`);
      else if (/^\s*#/.test(line) || line === '') script.comment(line.replace(/^\s*# ?/, ''));
      else {
        const isTls = line.trim().toUpperCase() === protocol.starttls?.command;
        script.add({ did: isTls ? { kind: 'starttls' } : { kind: 'line', text: line } });
        isAnswered = false;
      }
    }
    return {
      protocol,
      where: {
        ...(host !== undefined && { host }),
        ...(port !== undefined && /^\d+$/.test(port) && { port: Number(port) }),
      },
      ...script.finish(),
    };
  },
};

/** `250-` lines before: one reply. */
function isContinued(text: string, before: unknown): boolean {
  const code = /^(\d{3})/.exec(text)?.[1];
  const known = JSON.stringify(before ?? null);
  return code !== undefined && (known.includes(`"code":${code}`) || known === code || known.startsWith(`[${code}`));
}
