import type { Command } from './command.ts';

export const schemaCommand: Command = {
  name: 'schema',
  summary: 'print the JSON Schema of scenario files, the configuration or results',
  usage: '[scenario|config|result]',
  about: [
    'Prints the schema as one self-contained document. Default: the schema of scenario files.',
    'Editors with YAML\'s language server check and complete a file that begins with "# yaml-language-server: $schema=node_modules/mailspec/schemas/scenario.schema.json". The path is relative to the file: a file in a folder of the project writes "../node_modules/…".',
  ],
  options: [],
  examples: [
    ['mailspec schema > scenario.schema.json', 'if mailspec is not installed in the project'],
    ['mailspec schema config', 'the schema of mailspec.yaml'],
  ],
};
