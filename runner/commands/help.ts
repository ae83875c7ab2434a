import type { Command, Option } from './command.ts';

/** A command's help page, made from its table. */
export function helpPage(command: Command): string {
  const lines = [
    `mailspec ${command.name} ${command.usage}`.trimEnd(),
    '',
    ...command.about.flatMap((paragraph) => [...wrap(paragraph, 78), '']),
  ];
  if (command.options.length > 0) lines.push('Options', ...command.options.flatMap(optionLines), '');
  if (command.examples.length > 0) {
    lines.push(
      'Examples',
      ...command.examples.flatMap(([example, meaning]) => [`  ${example}`, `      ${meaning}`]),
      '',
    );
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function optionName({ name, short, value, optional }: Option): string {
  const names = short === undefined ? `--${name}` : `-${short}, --${name}`;
  if (value === undefined) return names;
  return optional ? `${names} [${value}]` : `${names} ${value}`;
}

function optionLines(option: Option): string[] {
  const name = optionName(option);
  const help = wrap(option.repeatable ? `${option.help} (repeatable)` : option.help, 50);
  const [first = '', ...rest] = help;
  const indent = ' '.repeat(28);
  return name.length > 25
    ? [`  ${name}`, ...help.map((line) => indent + line)]
    : [`  ${name.padEnd(26)}${first}`, ...rest.map((line) => indent + line)];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** The list of commands. */
export function overview(commands: readonly Command[]): string {
  return [
    'mailspec runs YAML scenarios against mail servers and reports every difference.',
    '',
    'mailspec COMMAND [options] [files, folders or globs]',
    '',
    'Commands',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`),
    '',
    'mailspec help COMMAND prints the page of a command, mailspec --version the version.',
    'Exit status: 0 nothing failed, 1 a scenario failed, 2 unusable input, 3 something could not be checked, 130 interrupted.',
    '',
  ].join('\n');
}
