import { asWritten, crlf, type Serving } from './serving.ts';

/** Lines, up to what an expectation says that they end with. */
export const lineServing: Serving = {
  reply({ texts, lines }, { framing }) {
    const end = framing === undefined ? [] : [framing.ends === 'dot' ? '.' : framing.line];
    return crlf([...texts, ...lines, ...end]);
  },
  written: asWritten,
  challenge: (text) => `${text}\r\n`,
};
