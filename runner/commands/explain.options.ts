import type { Command } from './command.ts';
import { configOptions } from './selection.options.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'explain a scenario, a code or a finding',
  usage: '[options] ID, CODE or FINDING',
  about: [
    'Explains a scenario, a code or a violation: what it means, which rule it comes from, what to set on each server, and an example. It opens no connection.',
    'ID is a scenario, as reports and "list" name it: tls/versions#…, or FILE:LINE. CODE is what failures and errors have in brackets, such as reply.mismatch or key.unknown. FINDING is a violation of a protocol, such as imap.flag-list.trailing-space.',
  ],
  options: configOptions,
  examples: [
    ["mailspec explain 'mailspec:relay/recipients#a-nonexistent-mailbox-is-refused'", 'a scenario of a pack'],
    ['mailspec explain tls.handshake', 'the code of a failure'],
    ['mailspec explain imap.flag-list.trailing-space', 'a violation'],
  ],
};
