import { type Role, roleFacts, type Speaks } from './roles.ts';

/** A greeting, a command with its reply, and a farewell: enough to see where to add steps. */
const dialogues: Readonly<Record<Speaks, readonly string[]>> = {
  smtp: ['expect: 220', 'send: EHLO client.example', '  expect: 250', 'send: QUIT', '  expect: 221'],
  imap: ['expect: OK', 'send: CAPABILITY', '  expect: OK', 'send: LOGOUT', '  expect: OK'],
  pop3: ['expect: +OK', 'send: CAPA', '  expect: +OK', 'send: QUIT', '  expect: +OK'],
  sieve: ['expect: OK', 'send: CAPABILITY', '  expect: OK', 'send: LOGOUT', '  expect: OK'],
};

/** A scenario file for a server, as a starting point. */
export function firstScenario(role: Role): string {
  const steps = dialogues[roleFacts[role].speaks].map((line) =>
    line.startsWith(' ') ? `      ${line}` : `      - ${line}`,
  );
  return [
    `suite: The ${role} server answers`,
    'description: A first scenario. Change what it sends and expects, or add others below it.',
    `server: ${role}`,
    '',
    'scenarios:',
    `  - name: the ${role} server greets and says goodbye`,
    '    dialogue:',
    ...steps,
    '',
  ].join('\n');
}

/**
 * For each CI server: the file for its job, and the job itself, which runs the scenarios and writes a report that the
 * server shows.
 */
export const jobs = {
  gitlab: {
    path: '.gitlab-ci.yml',
    text: `mail:
  image: node:22
  script:
    - npm ci
    - npx mailspec run --junit junit.xml
  artifacts:
    when: always
    reports:
      junit: junit.xml
`,
  },
  github: {
    path: '.github/workflows/mail.yml',
    text: `name: Mail
on: [push, workflow_dispatch]
jobs:
  mail:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npm ci
      - run: npx mailspec run
`,
  },
} as const;

export function isJob(name: string): name is keyof typeof jobs {
  return Object.hasOwn(jobs, name);
}
