/** Whether an id matches a glob in which `*` matches any characters. Linear in the length of both. */
export function meetsGlob(id: string, glob: string): boolean {
  if (!glob.includes('*')) return id === glob;
  const [head = '', ...rest] = glob.split('*');
  const tail = rest.pop() ?? '';
  if (!id.startsWith(head) || !id.endsWith(tail) || id.length < head.length + tail.length) return false;
  let at = head.length;
  for (const part of rest) {
    const found = id.indexOf(part, at);
    if (found === -1 || found + part.length > id.length - tail.length) return false;
    at = found + part.length;
  }
  return true;
}
