// What `dist/program.cjs` holds, each loaded when it is asked for: the program, and the library for those who import it.
export const program = () => import('./main.ts');
export const library = () => import('./index.ts');
export const mocha = () => import('./mocha.ts');
