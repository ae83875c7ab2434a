import type { Transcripts } from '../run-event.ts';

/** For reports that show every dialogue. */
export const all: Transcripts = () => true;

/** For reports that show what led to a failure. */
export const unlessPassed: Transcripts = (outcome) => outcome !== 'passed';
