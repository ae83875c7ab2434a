import { many } from '../phrase.ts';
import { visible } from '../visible.ts';
import type { LeftOut } from './take.ts';

/** What a snapshot lacks, in one line: `mx › HELP, from "HELP MAIL" on (2 of 5 steps): it was different each time: …`. */
export function leftOutLine({ probe: { file, name, steps }, rest, why }: LeftOut): string {
  const part = rest && `, from "${rest.from}" on (${rest.steps} of ${many(steps.length, 'step')})`;
  return visible(`left out: ${file} › ${name}${part ?? ''}: ${why}`);
}
