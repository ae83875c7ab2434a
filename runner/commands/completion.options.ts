import type { Command } from './command.ts';

export const completionCommand: Command = {
  name: 'completion',
  summary: 'completion of commands, options and files for bash, zsh or fish',
  usage: 'bash|zsh|fish',
  about: [
    'Prints a script for your shell. It completes the names of commands and options, and files where an option takes one.',
    'The script is made from the same tables as this help: print it again after an update.',
  ],
  options: [],
  examples: [
    ['source <(mailspec completion bash)', 'bash: in ~/.bashrc'],
    ['source <(mailspec completion zsh)', 'zsh: in ~/.zshrc, after compinit'],
    ['mailspec completion fish | source', 'fish: in ~/.config/fish/config.fish'],
  ],
};
