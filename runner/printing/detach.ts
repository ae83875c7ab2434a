/** V8 copies shorter parts of a string anyway. */
const shortestPart = 13;

/**
 * A copy of plain data with a copy of each string. A part of a string, such as a line of a reply of megabytes, keeps the
 * whole in memory; its copy does not.
 */
export function detached<Data>(data: Data): Data {
  return copyOf(data) as Data;
}

function copyOf(data: unknown): unknown {
  if (typeof data === 'string') return data.length < shortestPart ? data : copyOfText(data);
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map(copyOf);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(data)) copy[key] = copyOf((data as Readonly<Record<string, unknown>>)[key]);
  return copy;
}

/** Any string survives UTF-16, lone surrogates included. */
function copyOfText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
