/** What shells write before a command: `$`, `bash-5.2#`, `alice@mx:~$`, `Mac:~ alice$`, `[root@mx ~]#`, `mx%`. */
const prompt = String.raw`(?:\([\w.-]+\) ?)?(?:\[[^\]]*\]|[\w.-]*[@:~]\S*|[\w.-]+:\S* [\w.-]+|[\w.-]*)[$#%]`;
const prompted = new RegExp(`^${prompt}(?: +(.*))?$`);

/** The command of a line that a shell shows; an empty string for one without. */
export function shellCommand(line: string): string | undefined {
  const match = prompted.exec(line);
  return match === null ? undefined : (match[1] ?? '').trim();
}

/** Without the prompts that are left after a session on a terminal, and what was typed there next. */
export function withoutShell(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '' && shellCommand(line) === undefined);
  return last === -1 ? lines : lines.slice(0, last + 1);
}
