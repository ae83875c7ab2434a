import { meetsGlob } from '../glob.ts';

/** Whether an id of the suite may match the glob. An id has one `#`, after its suite. */
export function mayHave(suite: string, glob: string): boolean {
  const [ofSuite = '', scenario] = glob.split('#');
  return scenario === undefined ? suite.startsWith(glob.replace(/\*.*/s, '')) : meetsGlob(suite, ofSuite);
}
