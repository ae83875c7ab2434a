import assert from 'node:assert/strict';
import { fits } from '../../../fixtures/testing/shapes.ts';
import { untaggedSamples } from '../../../fixtures/testing/untagged-samples.ts';
import { crlf } from '../../../fixtures/wire/transcript.ts';
import { shapeOfUntagged, untaggedShapes } from './shapes.ts';
import { parseUntagged } from './untagged.ts';

describe('untaggedShapes', () => {
  it('untaggedShapes has the data of each response', () => {
    for (const text of untaggedSamples) {
      const raw = crlf(`* ${text}`);
      const { response, findings } = parseUntagged(
        { raw, end: raw.length - 2, findings: [] },
        { protocol: 'imap', utf8: false, secured: false },
      );
      assert.deepEqual(findings, [], text);
      // The engine makes this a record if an expectation asks for a field.
      const data = response.name === 'EXPUNGE' ? { seq: response.data ?? 0 } : response.data;
      assert.deepEqual(fits(data, shapeOfUntagged(response.name), response.name), [], text);
    }
  });

  it('untaggedShapes is proved for each name', () => {
    const names = untaggedSamples.map((text) => /^(?:\d+ )?(\S+)/.exec(text)?.[1]);
    assert.deepEqual(
      Object.keys(untaggedShapes).filter((name) => !names.includes(name)),
      [],
    );
  });
});
