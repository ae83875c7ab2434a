/** V8 copies shorter parts of a string anyway. */
const shortestPart = 13;

/**
 * A copy of plain data with a copy of each string. A part of a string, such as a line of a reply of megabytes, keeps the
 * whole in memory; its copy does not.
 * @param shared an object in the data that is not copied
 */
export function detached<Data>(data: Data, shared?: object): Data {
  return copyOf(data, shared) as Data;
}

function copyOf(data: unknown, shared: object | undefined): unknown {
  if (typeof data === 'string') return data.length < shortestPart ? data : copyOfText(data);
  if (typeof data !== 'object' || data === null || data === shared) return data;
  if (Array.isArray(data)) return data.length === 0 ? data : data.map((each) => copyOf(each, shared));
  // V8 copies an object as a whole faster than key by key, and most values are not strings.
  const copy: Record<string, unknown> = { ...data };
  for (const key of Object.keys(copy)) {
    const value = copyOf(copy[key], shared);
    if (value !== copy[key] || typeof value === 'string') copy[key] = value;
  }
  return copy;
}

/** Any string survives UTF-16, lone surrogates included. */
function copyOfText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
