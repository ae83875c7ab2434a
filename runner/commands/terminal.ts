import { createGate } from '../printing/gate.ts';
import type { Printer, Terminal, World } from './command.ts';

/** The process as commands see it: all output passes through one gate. */
export function terminalOf(world: World): Terminal {
  const { cwd, env, program, signal, takeKeys, gate = createGate() } = world;
  // Streams are opened when they are first used.
  const printer = (name: 'stdout' | 'stderr'): Printer => ({
    get isTTY() {
      return world[name].isTTY === true;
    },
    write(text) {
      world[name].write(gate.shown(text));
    },
  });
  return {
    cwd,
    env,
    ...(program !== undefined && { program }),
    signal,
    ...(takeKeys && { takeKeys }),
    get stdin() {
      return world.stdin;
    },
    stdout: printer('stdout'),
    stderr: printer('stderr'),
    raw: world,
    learn: gate.learn,
  };
}
