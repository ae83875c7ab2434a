import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { cacheFolder } from '../commands/cache-folder.ts';
import type { Plan } from '../plan.ts';
import { load } from '../project/load.ts';
import type { RecordType } from '../record-types.ts';
import { type Fields, words } from '../value.ts';
import { aboutTwoAccounts, choose, joined, sendsMail } from './checks.ts';
import { AuditError, nameServers } from './find.ts';
import { groupsOf } from './groups.ts';
import { look } from './look.ts';
import { isNoAnswer, type Resolve } from './names.ts';
import { configurationFile, configurationOf, type Settings } from './settings.ts';
import { type AuditedServer, survey } from './survey.ts';

const world = { clock: () => performance.now(), wall: () => Date.now(), signal: new AbortController().signal };

type Records = Readonly<Record<string, readonly Fields[]>>;

const resolver =
  (records: Records): Resolve =>
  async (name: string, type: RecordType) =>
    records[`${name} ${type}`] ?? [];
const a = (address: string) => [{ address }];
const mx = (preference: number, host: string): Fields => ({ preference, exchange: words([host]) });
const srv = (priority: number, port: number, host: string): Fields => ({
  priority,
  weight: 0,
  port,
  target: words([host]),
});

describe('nameServers()', () => {
  const names = async (name: string, records: Records) =>
    (await nameServers(name, resolver(records), world)).candidates.map(
      ({ role, host, port, source }) => `${role} ${host}:${port} ${source}`,
    );

  it('takes every MX, the most wanted first, then what SRV records say, then usual names', async () => {
    const found = await names('example.test', {
      'example.test MX': [mx(20, 'mx2.example.test'), mx(10, 'mx1.example.test')],
      '_imaps._tcp.example.test SRV': [srv(1, 1993, 'other.example.test'), srv(0, 2993, 'imap.example.test')],
      '_pop3._tcp.example.test SRV': [srv(0, 0, '.')],
      'smtp.example.test A': a('192.0.2.1'),
    });
    assert.deepEqual(found.slice(0, 3), [
      'mx mx1.example.test:25 MX',
      'mx mx2.example.test:25 MX',
      'imaps imap.example.test:2993 SRV',
    ]);
    assert.ok(found.includes('submission mx1.example.test:587 usual'));
    assert.ok(found.includes('submission smtp.example.test:587 usual'));
    assert.ok(!found.some((each) => each.startsWith('imaps') && each.endsWith('usual')), found.join('\n'));
  });

  it('takes the address where there is no MX, and the domain of a host that is an MX', async () => {
    const alone = await names('example.test', { 'example.test A': a('192.0.2.1') });
    assert.equal(alone[0], 'mx example.test:25 MX');
    const host = await nameServers(
      'mx.example.test',
      resolver({ 'mx.example.test AAAA': a('2001:db8::1'), 'example.test MX': [mx(10, 'mx.example.test')] }),
      world,
    );
    assert.equal(host.domain, 'example.test');
    assert.ok(host.candidates.every((each) => each.host === 'mx.example.test'));
  });

  it('says that a name does not exist, that a domain takes no mail, and that there is no DNS', async () => {
    await assert.rejects(names('nowhere.test', {}), /DNS has neither MX nor address records/);
    await assert.rejects(names('example.test', { 'example.test MX': [mx(0, '.')] }), /accepts no mail/);
    const { CheckError } = await import('../checks/check.ts');
    const silent: Resolve = () => Promise.reject(new CheckError('connect.timeout', 'no answer in time'));
    assert.ok(isNoAnswer(new CheckError('connect.timeout', '')));
    await assert.rejects(
      nameServers('example.test', silent, world),
      (error) => error instanceof AuditError && /--resolver/.test(error.hint ?? ''),
    );
  });
});

describe('look() and survey()', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const each of servers.splice(0)) each.close();
  });
  const serve = async (greeting: string, answers: Readonly<Record<string, string>> = {}): Promise<number> => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(greeting);
      socket.on('data', (octets: Buffer) => {
        const [command = ''] = octets.toString().split(/\s/);
        socket.write(answers[command] ?? '500 5.5.1 what?\r\n');
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const client = { ...world, client: 'client.example' };
  const context = { ...client, addresses: async (host: string) => [host], byAddress: false };

  it('look() knows what a port speaks, the product and the name', async () => {
    const port = await serve('220 mail.example.test ESMTP Postfix\r\n', {
      EHLO: '250-mail.example.test\r\n250 AUTH PLAIN\r\n',
    });
    assert.deepEqual(await look({ address: '127.0.0.1', port }, client), {
      state: 'open',
      address: '127.0.0.1',
      implicitTls: false,
      takesLogins: true,
      speaks: 'smtp',
      product: 'postfix',
      name: 'mail.example.test',
    });
  });

  it('look() tells a closed port', async () => {
    const port = await serve('');
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    assert.equal((await look({ address: '127.0.0.1', port }, client)).state, 'closed');
  });

  it('survey() finds out what ports without a name are for', async () => {
    const smtp = { EHLO: '250 mail.example.test\r\n' };
    const ports = [
      await serve('220 mail.example.test ESMTP\r\n', smtp),
      await serve('220 mail.example.test ESMTP\r\n', { EHLO: '250-mail.example.test\r\n250 AUTH PLAIN\r\n' }),
      await serve('* OK Dovecot ready.\r\n'),
      await serve('+OK ready\r\n'),
      await serve('SSH-2.0-OpenSSH_9.2\r\n'),
    ];
    const candidates = ports.map((port) => ({ host: '127.0.0.1', port, source: 'given' as const }));
    const { services, notes } = await survey({ candidates, notes: [] }, context);
    assert.deepEqual(
      services.map(({ role, port }) => [role, ports.indexOf(port)]),
      [
        ['mx', 0],
        ['submission', 1],
        ['imap', 2],
        ['pop3', 3],
      ],
    );
    assert.match(notes.join('\n'), /on this machine(?:.|\n)*is open, but does not speak/);
  });

  it('survey() throws where nothing answers, and says which ports it tried', async () => {
    const port = await serve('');
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    const candidates = [{ role: 'mx' as const, host: '127.0.0.1', port, source: 'given' as const }];
    await assert.rejects(survey({ candidates, notes: [] }, context), new RegExp(`port ${port} of 127.0.0.1 is closed`));
  });
});

const service = (role: AuditedServer['role'], host: string, more: Partial<AuditedServer> = {}): AuditedServer => ({
  role,
  host,
  address: host,
  port: 25,
  source: 'MX',
  ...more,
});

describe('groupsOf()', () => {
  it('makes one configuration of one host', () => {
    const [group, ...more] = groupsOf(
      [service('mx', 'mx.example.test'), service('imaps', 'mx.example.test', { port: 993 })],
      { dns: true },
    );
    assert.deepEqual(more, []);
    assert.deepEqual(group?.servers, {
      mx: { url: 'smtp://mx.example.test' },
      imaps: { url: 'imaps://mx.example.test' },
    });
    assert.ok(group?.targets.includes('mailspec:discovery') && group.targets.includes('mailspec:tls'));
  });

  it('comes to other addresses of this machine as a stranger, and to no others', () => {
    const from = (address: string) =>
      groupsOf([service('mx', address)], { dns: false, stranger: '127.9.9.9' })[0]?.servers['mx']?.local_address;
    assert.deepEqual(['127.0.0.2', '127.0.0.1', '192.0.2.1', '::1'].map(from), [
      '127.9.9.9',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('looks at each host by itself, and asks every MX who may relay', () => {
    const groups = groupsOf([service('mx', 'mx1.test'), service('mx', 'mx2.test'), service('imaps', 'imap.test')], {
      dns: false,
    });
    assert.deepEqual(
      groups.map(({ suffix, hostname, servers, targets }) => [
        suffix,
        hostname,
        Object.keys(servers).join(),
        targets.includes('mailspec:relay'),
        targets.includes('mailspec:tls'),
      ]),
      [
        [undefined, 'mx1.test', 'mx,imaps', true, false],
        ['mx1.test', 'mx1.test', 'mx', false, true],
        ['mx2.test', 'mx2.test', 'mx', true, true],
        ['imap.test', 'imap.test', 'imaps', false, true],
      ],
    );
  });

  it('looks at a second server of the same kind on one host by itself', () => {
    const services = [service('mx', '192.0.2.1'), service('mx', '192.0.2.1', { port: 2525 })];
    assert.deepEqual(
      groupsOf(services, { dns: false }).map(({ suffix, servers, targets }) => [
        suffix,
        servers['mx']?.url,
        targets.includes('mailspec:relay'),
        targets.includes('mailspec:tls'),
      ]),
      [
        [undefined, 'smtp://192.0.2.1', true, false],
        ['192.0.2.1', 'smtp://192.0.2.1', false, true],
        ['192.0.2.1:2525', 'smtp://192.0.2.1:2525', true, true],
      ],
    );
  });

  it('checks servers that another domain has as well only for what they do for this one', () => {
    const services = [service('mx', 'mx1.test'), service('mx', 'mx3.test')];
    const groups = groupsOf(services, { dns: true, domain: 'b.test', known: new Set(['mx1.test']) });
    assert.deepEqual(
      groups.map(({ suffix, targets }) => [suffix, targets.includes('mailspec:tls')]),
      [
        ['b.test', false],
        ['mx3.test', true],
      ],
    );
    const [shared, ...others] = groupsOf([service('mx', 'mx1.test')], {
      ...{ dns: true, domain: 'b.test', known: new Set(['mx1.test']) },
    });
    assert.deepEqual(
      [shared?.suffix, shared?.targets, others],
      ['b.test', ['mailspec:relay', 'mailspec:tls/certificates', 'mailspec:discovery'], []],
    );
  });

  it('asks for the name of a host that is known by its address', () => {
    const [group] = groupsOf([service('mx', '2001:db8::1', { name: 'mx.test', port: 2525 })], {
      dns: false,
      ca: '/ca.pem',
    });
    assert.deepEqual(group?.servers['mx'], {
      url: 'smtp://[2001:db8::1]:2525',
      tls: { servername: 'mx.test', ca: '/ca.pem' },
    });
  });
});

describe('choose()', () => {
  const settings: Settings = {
    group: {
      servers: {
        mx: { url: 'smtp://mx.test' },
        imaps: { url: 'imaps://mx.test' },
        submission: { url: 'smtp://mx.test:587' },
      },
      hostname: 'mx.test',
      targets: ['mailspec:delivery', 'mailspec:submission', 'mailspec:tls', 'mailspec:imap-core'],
    },
    domain: 'example.test',
    accounts: { user: 'a@example.test' },
  };
  const plans = new Map<string, Promise<Plan>>();
  /** Planning takes half a second, so that tests share plans. */
  function planned(group = settings.group, described: Settings = settings): Promise<Plan> {
    const key = JSON.stringify([group, described]);
    const plan = plans.get(key) ?? plannedAnew(group, described);
    plans.set(key, plan);
    return plan;
  }
  async function plannedAnew(group: Settings['group'], described: Settings): Promise<Plan> {
    const config = { path: 'audit', text: configurationOf(described) };
    const { plan } = await load({
      env: {},
      config,
      targets: group.targets,
      secrets: { password: 'x', recipient_password: 'x' },
      cache: cacheFolder(),
    });
    return plan;
  }

  it('counts what is left out for want of a domain', async () => {
    const { domain: _, ...nowhere } = settings;
    const permitted = { mail: true, failedLogins: true, twoAccounts: true };
    const missing = (plan: Plan) => choose(plan, permitted).leftOut.get('domain') ?? 0;
    assert.equal(missing(await planned()), 0);
    const group = { ...settings.group, targets: ['mailspec:delivery', 'mailspec:relay'] };
    const withoutDomain = missing(await planned(group, nowhere));
    assert.ok(withoutDomain > 20, `${withoutDomain}`);
  });

  it('leaves out what sends mail, fails logins or needs a second account, unless that is permitted', async () => {
    const plan = await planned();
    const all = choose(plan, { mail: true, failedLogins: true, twoAccounts: true }).scenarios;
    const few = choose(plan, { mail: false, failedLogins: false, twoAccounts: false });
    assert.ok(all.some(sendsMail) && !few.scenarios.some(sendsMail));
    assert.ok(!few.scenarios.some(({ provokes }) => provokes.includes('failed-login')));
    assert.deepEqual([...few.leftOut.keys()].sort(), ['failed logins', 'mail', 'policy', 'second account', 'server']);
    for (const id of aboutTwoAccounts)
      assert.ok(
        all.some((each) => each.id === id),
        id,
      );
    assert.ok(!few.scenarios.some(({ id }) => aboutTwoAccounts.has(id)));
  });

  it('joined() tells the scenarios of hosts apart', async () => {
    const plan = await planned({ ...settings.group, targets: ['mailspec:tls'] });
    const whole = joined([
      { plan, group: settings.group },
      { plan, group: { ...settings.group, suffix: 'mx2.test' } },
    ]);
    assert.equal(new Set(whole.scenarios.map(({ id }) => id)).size, 2 * plan.scenarios.length);
    assert.deepEqual(
      whole.scenarios.map(({ index }) => index),
      [...whole.scenarios.keys()],
    );
  });

  it('configurationFile() writes one that can be read, without a password', async () => {
    const text = configurationFile(settings, {
      by: 'mailspec audit',
      policy: '# variables:\n',
      packs: ['mailspec:tls'],
    });
    const { plan } = await load({
      env: { MAIL_PASSWORD: 'x', MAIL_PASSWORD_2: 'y' },
      targets: ['mailspec:tls'],
      config: { path: 'mailspec.yaml', text },
    });
    assert.ok(plan.scenarios.length > 10);
    assert.match(text, /password: "\$\{env\.MAIL_PASSWORD\}"/);
  });
});
