import type { Command } from './command.ts';

export const completionCommand: Command = {
  name: 'completion',
  summary: 'print a completion script for bash, zsh or fish',
  usage: 'bash|zsh|fish',
  about: [
    'Prints a script for your shell. It completes commands, options and file names.',
    'Load the script when a shell starts, so that it matches the installed version.',
  ],
  options: [],
  examples: [
    ['source <(mailspec completion bash)', 'bash: in ~/.bashrc'],
    ['source <(mailspec completion zsh)', 'zsh: in ~/.zshrc, after compinit'],
    ['mailspec completion fish | source', 'fish: in ~/.config/fish/config.fish'],
  ],
};
