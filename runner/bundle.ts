// What `dist/program.cjs` holds, each loaded when it is asked for: the program, and the library for those who import it.
export const program = () => import('./main.ts');
// `require()` of an ES module that waits is refused.
export const library = (): unknown => require('./index.ts');
export const mocha = (): unknown => require('./mocha.ts');
