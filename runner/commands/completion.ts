import { ArgumentError } from '../diagnostic.ts';
import type { Command, Main, Option } from './command.ts';

/** The program of `mailspec completion`, whose scripts complete these commands. */
export const completionOf =
  (commands: readonly Command[]): Main =>
  async (args, terminal) => {
    const [name, ...more] = args.positionals;
    const script = shells[name ?? ''];
    if (more.length > 0) throw new ArgumentError(`Unexpected argument "${more[0]}"`, 'Name one shell');
    if (script === undefined)
      throw new ArgumentError(
        name === undefined ? 'Cannot print a completion script: no shell is named' : `Unknown shell "${name}"`,
        `The shells are ${Object.keys(shells).join(', ')}`,
      );
    terminal.stdout.write(script(commands));
    return 0;
  };

const shells: Readonly<Record<string, (commands: readonly Command[]) => string>> = { bash, zsh, fish };

/** The kind of an option's value: a file, something that cannot be completed, or none. */
function takes({ value = '' }: Option): 'file' | 'value' | 'nothing' {
  if (/(?:FILE|FOLDER|PATH)\]?$/.test(value)) return 'file';
  return value === '' ? 'nothing' : 'value';
}

function flags({ name, short }: Option): readonly string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

const flagsOf = (options: readonly Option[], kind: ReturnType<typeof takes>) =>
  options.filter((option) => takes(option) === kind && !option.optional).flatMap(flags);

function bash(commands: readonly Command[]): string {
  const cases = commands.flatMap(({ name, options }) => [
    `    ${name})`,
    `      options="${[...options.flatMap(flags), '--help'].join(' ')}"`,
    `      files="${flagsOf(options, 'file').join(' ')}"`,
    `      values="${flagsOf(options, 'value').join(' ')}" ;;`,
  ]);
  return `# bash completion for mailspec: source <(mailspec completion bash)
_mailspec() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} options= files= values=
  COMPREPLY=()
  if ((COMP_CWORD == 1)) || [[ \${COMP_WORDS[1]} == help ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${[...commands.map(({ name }) => name), 'help'].join(' ')}" -- "$cur")
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  if [[ " $files " == *" $prev "* ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  elif [[ " $values " == *" $prev "* ]]; then
    return
  elif [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _mailspec mailspec
`;
}

function zsh(commands: readonly Command[]): string {
  const row = (option: Option) => {
    const what = {
      file: ':file:_files',
      value: `:${option.value
        ?.toLowerCase()
        .replace(/[^a-z ]+/g, ' ')
        .trim()}:`,
      nothing: '',
    };
    const about = `[${escaped(option.help, /[\\\][:]/g)}]`;
    const often = option.repeatable ? '\\*' : '';
    return flags(option).map((flag) => `        ${often}${flag}${quoted(about + what[takes(option)])}`);
  };
  const cases = commands.flatMap(({ name, options }) => [
    `    ${name})`,
    `      _arguments \\`,
    ...[
      ...options.flatMap(row),
      `        --help${quoted('[Show the page of this command]')}`,
      `        ${quoted('*:file:_files')} ;;`,
    ].map((line, at, all) => (at === all.length - 1 ? line : `${line} \\`)),
  ]);
  return `#compdef mailspec
# zsh completion for mailspec: source <(mailspec completion zsh)
_mailspec() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
    ${quoted('help:the page of a command')}
  )
  if (( CURRENT == 2 )) || [[ $words[2] == help ]]; then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _mailspec mailspec
`;
}

function fish(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c mailspec -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary, '\\')}`,
    ...options.map((option) => {
      const value = { file: ' -r -F', value: ' -x', nothing: '' }[option.optional ? 'nothing' : takes(option)];
      const short = option.short === undefined ? '' : ` -s ${option.short}`;
      return `complete -c mailspec -n '__fish_seen_subcommand_from ${name}' -l ${option.name}${short}${value} -d ${quoted(option.help, '\\')}`;
    }),
  ]);
  return `# fish completion for mailspec: mailspec completion fish | source
${lines.join('\n')}
complete -c mailspec -n __fish_use_subcommand -f -a help -d 'the page of a command'
complete -c mailspec -n '__fish_seen_subcommand_from help' -f -a '${names}'
`;
}

function escaped(text: string, what: RegExp): string {
  return text.replace(what, '\\$&');
}

/** In single quotes. Only fish has an escape inside them. */
function quoted(text: string, by?: '\\'): string {
  return by === undefined ? `'${text.replaceAll("'", "'\\''")}'` : `'${escaped(text, /[\\']/g)}'`;
}
