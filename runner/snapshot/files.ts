import { type Settled, snapshotFile } from './file.ts';

/** The name of every file without its extension, and its text. The same scenarios always give the same octets. */
export function snapshotFiles(
  settled: readonly Settled[],
  defaults: Readonly<Record<string, string>>,
): readonly (readonly [name: string, text: string])[] {
  const files = [...new Set(settled.map(({ probe }) => probe.file))];
  return files.map((file) => {
    const own = settled.filter(({ probe }) => probe.file === file);
    const server = own.find(({ probe }) => probe.server !== undefined)?.probe.server;
    const text = snapshotFile(own, {
      suite: titleOf(file, server),
      description: 'What was seen when the snapshot was taken. A difference is a change of the server, wanted or not.',
      ...(server !== undefined && { server }),
      defaults,
    });
    return [file, text];
  });
}

function titleOf(file: string, server: string | undefined): string {
  const rest = server !== undefined && file.startsWith(`${server}-`) ? file.slice(server.length + 1) : undefined;
  if (rest !== undefined) return `Snapshot of ${server}: ${rest}`;
  return `Snapshot of ${file}`;
}
