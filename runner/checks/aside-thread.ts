import { parentPort } from 'node:worker_threads';
import type { Fields } from '../value.ts';
import type { Answer, Task } from './aside.ts';
import { CheckError } from './check.ts';
import { parseMessage } from './mail.ts';
import { verifySignatures } from './signatures.ts';
import { findInXml } from './xml.ts';

// The thread that `aside.ts` starts; bundled as `dist/aside.cjs`.

function perform(task: Task): Promise<Fields> {
  switch (task.kind) {
    case 'xml':
      return findInXml(task.text, task.expressions);
    case 'message':
      return parseMessage(task.octets);
    case 'signatures':
      return verifySignatures(task.octets, task.keys);
  }
}

async function answerTo(task: Task): Promise<Answer> {
  try {
    return { fields: await perform(task) };
  } catch (error) {
    if (!(error instanceof CheckError)) return { fault: error };
    const { code, message, hint } = error;
    return { code, message, hint };
  }
}

parentPort?.on('message', async (task: Task) => parentPort?.postMessage(await answerTo(task)));
