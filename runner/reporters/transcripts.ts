import type { Transcripts } from '../result.ts';

/** For reports that show every conversation. */
export const all: Transcripts = () => true;

/** For those that show what led to a failure. */
export const unlessPassed: Transcripts = (outcome) => outcome !== 'passed';
