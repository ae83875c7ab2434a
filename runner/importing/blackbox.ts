import { parse } from 'yaml';
import { protocols } from '../protocol/protocols.ts';
import { allOf, protocolOfLines, replyPattern, ScriptBuilder, type ScriptFormat } from './script.ts';

interface Query {
  readonly expect?: string;
  readonly send?: string;
  readonly starttls?: boolean;
}

interface Module {
  readonly prober?: string;
  readonly tcp?: { readonly query_response?: readonly Query[]; readonly tls?: boolean };
}

/** Modules of Prometheus's blackbox_exporter with the prober tcp: the first that has a dialogue. */
export const blackbox: ScriptFormat = {
  name: 'a module of blackbox_exporter',
  recognizes: (lines) => lines.some((line) => /^\s*query_response:/.test(line)),
  read(lines) {
    const modules = modulesOf(lines.join('\n'));
    const [name, found] = modules.find(([, { tcp }]) => tcp?.query_response !== undefined) ?? ['', {}];
    const queries = found.tcp?.query_response ?? [];
    const said = queries.flatMap(({ expect = '', send = '' }) => [
      expect.replace(/^\^/, '').replaceAll('\\', ''),
      send,
    ]);
    const protocol = queries.length === 0 ? protocols.line : protocolOfLines(said);
    const script = new ScriptBuilder();
    for (const [other] of modules) if (other !== name) script.comment(`the module "${other}" is left out`);
    for (const { expect, send, starttls } of queries) {
      const pinned = expect === undefined ? undefined : replyPattern(expect.replace(/^\^?\\\+/, '+'), protocol);
      // The step itself wants a positive reply.
      if (pinned !== undefined && script.last?.did.kind !== 'starttls') {
        const isDue = script.last !== undefined && script.last.pinned === undefined && script.last.did.kind === 'line';
        if (isDue) script.expect(pinned, (_, next) => next);
        else if (!/^\^?250-/.test(expect ?? '') || script.last?.did.kind !== 'line') script.another(pinned);
        else script.expect(pinned, (before, next) => [before, next]);
      }
      if (send !== undefined) {
        const tagged = protocol.createTags === undefined ? send : send.replace(/^\S+ /, '');
        const isCommand = tagged.trim().toUpperCase() === protocol.starttls?.command;
        script.add({ did: isCommand ? { kind: 'starttls' } : { kind: 'line', text: tagged.replace(/\r?\n?$/, '') } });
      }
      if (starttls === true && script.last?.did.kind !== 'starttls') script.add({ did: { kind: 'starttls' } });
    }
    // It does not wait for the last reply; a scenario leaves none unread.
    if (script.last?.did.kind === 'line' && script.last.pinned === undefined)
      script.expect({ one_of: ['closed', { within: '10s' }] }, allOf);
    return { protocol, where: { implicitTls: found.tcp?.tls === true }, ...script.finish() };
  },
};

function modulesOf(text: string): readonly (readonly [string, Module])[] {
  try {
    const document = parse(text) as { readonly modules?: Readonly<Record<string, Module>> } | null;
    return Object.entries(document?.modules ?? {});
  } catch {
    return [];
  }
}
