import type { DiagnosticCode } from '../diagnostic.ts';

interface Example {
  readonly message: string;
  readonly help?: string;
}

/**
 * Examples of the errors that are found before a run; `mailspec explain` prints them. A test compares them with the
 * messages.
 */
export const diagnosticExamples: Readonly<Record<DiagnosticCode, Example>> = {
  'file.unreadable': {
    message: 'Cannot read "./missing.eml": no such file',
    help: 'Paths are relative to the file that names them',
  },
  'file.limit': { message: 'A variable has more than 16 filters' },
  'file.empty': { message: '"empty.yaml" is empty', help: 'A scenario file has a "suite" and "scenarios"' },
  'yaml.syntax': { message: 'Unknown alias "*mx"', help: 'Quote a string that begins with "*"' },
  'yaml.tab': { message: 'A tab cannot indent', help: 'Indent with spaces' },
  'yaml.duplicate-key': { message: 'The key "expect" appears twice', help: 'The first one is on line 7' },
  'key.unknown': { message: 'Unknown key "expct"', help: 'Did you mean "expect"?' },
  'key.missing': { message: 'The key "url" is missing', help: 'For example: url: smtp://mail.example.com:587' },
  'value.type': {
    message: 'Expected a map, not a list',
    help: 'For example: { domain: example.com, sender: "alice@${domain}" }',
  },
  'value.invalid': {
    message: '"a b" is not a name',
    help: 'A name is a letter or "_", then letters, digits, "_" and "-"',
  },
  'value.duration': { message: '"5" is not a duration', help: 'Write the unit: 5s or 5ms' },
  'value.size': {
    message: '"10M" is not a size',
    help: 'Write a number of octets, or one with a unit: 512KiB, 10MB, 10MiB',
  },
  'value.bytes': {
    message: 'The character "–" (U+2013) is not a byte',
    help: 'Write "encoding: utf-8" to send the text as UTF-8, or "\\xff" for a byte',
  },
  'value.line-break': {
    message: 'A line break in a line',
    help: 'Write "send: { lines: […] }" for several lines, or "send: { raw: … }" for exactly these bytes',
  },
  'url.invalid': {
    message: 'Cannot use "smtp:mx" as a server: the host is missing',
    help: 'Write "smtp://mail.example.com"',
  },
  'pattern.invalid': {
    message: 'The pattern does not compile: missing closing )',
    help: "Patterns have RE2's syntax; in double quotes a backslash is written twice",
  },
  'variable.unknown': {
    message: 'Unknown variable "q"',
    help: 'Give it a value under "variables", in the configuration, or with --var; a literal "${" is written "$${"',
  },
  'variable.early': {
    message: '"queue_id" is used before the step that captures it',
    help: 'Use it in a later step, or capture it in an earlier one',
  },
  'variable.unset': {
    message: 'The variable "token" has no value',
    help: 'Give it a value in the configuration or with --var, or list it under "requires" to skip without it',
  },
  'environment.unset': {
    message: 'The environment variable "NOT_SET" is not set',
    help: 'Set it ("export NOT_SET=…"), or give it a default: "${env.NOT_SET:-}" is empty without it',
  },
  'variable.unread': { message: 'No scenario reads the variable "hide_client"', help: 'Did you mean "hides_client"?' },
  'secret.misplaced': {
    message: 'The secret "password" cannot be used here',
    help: 'A secret can only be sent or compared: for anything else, define it under "variables"',
  },
  'variable.cycle': { message: 'The variable "a" refers to itself: "a" needs "b" needs "a"' },
  'filter.unknown': { message: 'Unknown filter "base46"', help: 'Did you mean "base64"?' },
  'server.unknown': { message: 'Unknown server "mxx"', help: 'Did you mean "mx"?' },
  'server.missing': {
    message: 'The scenario names no server',
    help: 'Add "server:", here or for the whole suite: a name of the configuration, or a URL',
  },
  'receiver.unknown': {
    message: 'Unknown receiver "outside"',
    help: 'The configuration has incoming; list the name under "requires" to skip without it',
  },
  'connection.unknown': {
    message: 'Unknown connection "smtp"',
    help: 'The scenario has one server, and no connections by name: leave "on" out, or declare "connections"',
  },
  'connection.missing': {
    message: 'The step does not say which connection it uses',
    help: 'Add "on: smtp"; the scenario has smtp or mailbox',
  },
  'scenario.duplicate': {
    message: 'A scenario named "one" exists in this suite already',
    help: 'Give it another name: reports and --rerun-failed know scenarios by their names',
  },
  'scenario.expects-nothing': {
    message: 'The scenario expects nothing, and so proves nothing',
    help: 'Say what the server must answer: "expect: 250"',
  },
  'step.no-action': { message: 'The step does nothing' },
  'step.two-actions': {
    message: 'The step has two actions, "send" and "starttls"',
    help: 'A step is one action and what it expects: begin another step with "- "',
  },
  'step.protocol': {
    message: '"message" is not for IMAP',
    help: 'Send it with "send: [\'APPEND INBOX \', { literal: { file: … } }]" in IMAP, or "send: { raw: … }"',
  },
  'fragment.unknown': { message: 'Unknown fragment "logn"', help: 'Did you mean "login"?' },
  'fragment.cycle': { message: 'The fragment uses itself: "a" uses "b" uses "a"' },
  'profile.unknown': { message: 'Unknown profile "prodution"', help: 'Did you mean "production"?' },
  'access.denied': {
    message: 'The configuration does not allow commands',
    help: 'Write "allow: { commands: true }" into the configuration file, if you trust the scenarios',
  },
  'selection.empty': { message: 'None of 1 scenarios is selected by --tags "smpt"', help: 'See "mailspec list"' },
  'argument.invalid': { message: 'Unknown option "--junti"', help: 'Did you mean "--junit"?' },
};
