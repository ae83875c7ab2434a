import { Script } from 'node:vm';

/** Different in each call: V8 compares only the length, and does not check code again that this process has compiled. */
let compiled = 100;

/** Code that V8 compiled with the flags of this moment. */
export function keptCode(): Buffer {
  return new Script(`(${compiled++})`).createCachedData();
}

/** Whether V8 accepts code that it kept: only with the flags that it was compiled with. */
export function accepts(cachedData: Buffer): boolean {
  return new Script(`(${compiled++})`, { cachedData }).cachedDataRejected === false;
}
