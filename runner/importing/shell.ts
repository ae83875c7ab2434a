/** Prompts of shells: `$`, `bash-5.2#`, `alice@mx:~$`, `Mac:~ alice$`, `[root@mx ~]#`, `mx%`. */
const prompt = String.raw`(?:\([\w.-]+\) ?)?(?:\[[^\]]*\]|[\w.-]*[@:~]\S*|[\w.-]+:\S* [\w.-]+|[\w.-]*)[$#%]`;
const prompted = new RegExp(`^${prompt}(?: +(.*))?$`);

/** The command after a shell's prompt; an empty string if there is none. */
export function shellCommand(line: string): string | undefined {
  const match = prompted.exec(line);
  return match === null ? undefined : (match[1] ?? '').trim();
}

/** Removes prompts after a session on a terminal, and what was typed there next. */
export function withoutShell(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '' && shellCommand(line) === undefined);
  return last === -1 ? lines : lines.slice(0, last + 1);
}
