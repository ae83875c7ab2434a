/** Every item of a list, every value of an object. */
export const every = Symbol('every');

export type JsonPath = readonly (string | number | typeof every)[];

export const jsonPathHint = 'Write it as a.b, a[0].b, a[*].b or a["key with dots"]';

/** Parses `primaryAccounts["urn:ietf:params:jmap:mail"]`, `$.servers[0].host`; `undefined` if it is not a path. */
export function parseJsonPath(path: string): JsonPath | undefined {
  const steps: JsonPath[number][] = [];
  const step = /\.?([^.[\]"'\s]+)|\[(\d+)\]|\[(\*)\]|\["((?:[^"\\]|\\.)*)"\]|\['([^']*)'\]/y;
  let at = /^\$(?=[.[]|$)/.test(path) ? 1 : 0;
  while (at < path.length) {
    step.lastIndex = at;
    const found = step.exec(path);
    if (found === null) return undefined;
    const [whole, name, index, star, double, single] = found;
    steps.push(
      star !== undefined || name === '*'
        ? every
        : index !== undefined
          ? Number(index)
          : (name ?? double?.replaceAll(/\\(.)/g, '$1') ?? single ?? ''),
    );
    at += whole.length;
  }
  return steps;
}
