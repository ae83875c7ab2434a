import { asWritten, crlf, type Serving } from './serving.ts';

/** Lines, up to the end that an expectation defines. */
export const lineServing: Serving = {
  reply({ texts, lines }, { framing }) {
    const end = framing === undefined ? [] : [framing.ends === 'dot' ? '.' : framing.line];
    return crlf([...texts, ...lines, ...end]);
  },
  written: asWritten,
  challenge: (text) => `${text}\r\n`,
};
