import type { Command } from './command.ts';

export const schemaCommand: Command = {
  name: 'schema',
  summary: 'the JSON Schema of scenario files, the configuration or results',
  usage: '[scenario|config|result]',
  about: [
    'Prints the schema to standard output, as one document that refers to no other. Without an argument it is the one of scenario files.',
    'Editors with YAML\'s language server check and complete a file that begins with "# yaml-language-server: $schema=node_modules/mailspec/schemas/scenario.schema.json". The path is relative to the file: a file in a folder of the project writes "../node_modules/…".',
  ],
  options: [],
  examples: [
    ['mailspec schema > scenario.schema.json', 'where mailspec is not installed in the project'],
    ['mailspec schema config', 'of mailspec.yaml'],
  ],
};
