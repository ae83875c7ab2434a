import assert from 'node:assert/strict';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { startNginx, type WebServer } from '../../fixtures/servers/nginx.ts';
import { type Authority, createAuthority } from '../demo-server/certificates.ts';
import { checkHttp, type HttpInput } from './http.ts';
import { contextFor, noteText, rejects } from './testing.test.helper.ts';

const autoconfig = `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="example.test">
    <domain>example.test</domain>
    <incomingServer type="imap"><hostname>imap.example.test</hostname><port>993</port><socketType>SSL</socketType></incomingServer>
    <incomingServer type="pop3"><hostname>pop.example.test</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
    <outgoingServer type="smtp"><hostname> mail.example.test </hostname><port>587</port><socketType>STARTTLS</socketType></outgoingServer>
  </emailProvider>
</clientConfig>`;

const autodiscover = `<?xml version="1.0"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
    <Account><Protocol><Type>IMAP</Type><Server>imap.example.test</Server><SSL>on</SSL></Protocol></Account>
  </Response>
</Autodiscover>`;

const files = {
  'mail/config-v1.1.xml': autoconfig,
  'autodiscover/autodiscover.xml': autodiscover,
  'broken.xml': '<clientConfig><a></clientConfig>',
  'external.xml': '<!DOCTYPE a [<!ENTITY secret SYSTEM "file:///etc/passwd">]><a>&secret;</a>',
  'config.txt': autoconfig,
  '.well-known/mta-sts.txt': 'version: STSv1\nmode: enforce\nmx: mail.example.test\nmax_age: 86400\n',
  'apple.mobileconfig':
    '<?xml version="1.0"?><plist version="1.0"><dict><key>PayloadType</key><string>Configuration</string></dict></plist>',
  'jmap.json': JSON.stringify({
    apiUrl: 'https://jmap.example.test/',
    primaryAccounts: { 'urn:ietf:params:jmap:mail': 'u1' },
    accounts: [{ name: 'a' }, { name: 'b' }],
  }),
};

const directives = `
  location /autodiscover/ { error_page 405 =200 $uri; add_header X-Method $request_method; }
  location = /.well-known/jmap { return 307 /jmap.json; }
  location = /post { if ($request_method = POST) { return 200 "posted $content_length $content_type"; } return 200 "got"; }
  location = /see-other { return 303 /post; }
  location = /away { return 302 http://other.example.test/; }
  location = /loop { return 302 /loop; }
  location = /private { return 401; }
`;

describeServers(['nginx'], 'checkHttp() with nginx', () => {
  let authority: Authority;
  let server: WebServer;
  before(async () => {
    authority = await createAuthority();
    server = await startNginx({
      files,
      directives,
      tls: await authority.issue({ names: ['autoconfig.example.test', '127.0.0.1'] }),
    });
  });
  after(() => server.stop());

  const input = (path: string, more: Partial<HttpInput> = {}): HttpInput => ({
    url: path.includes('://') ? path : `http://127.0.0.1:${server.ports.http}${path}`,
    method: 'GET',
    headers: [],
    redirects: 0,
    tls: {},
    xpaths: [],
    jsonPaths: [],
    ...more,
  });
  const ask = (path: string, more?: Partial<HttpInput>) => checkHttp(input(path, more), contextFor());

  it('reads an autoconfiguration file', async () => {
    const hostname = '//incomingServer[@type="imap"]/hostname';
    const { evidence, transcript } = await ask('/mail/config-v1.1.xml?emailaddress=a@example.test', {
      xpaths: [
        hostname,
        '//outgoingServer/hostname',
        '//incomingServer/port',
        'count(//incomingServer)',
        '//nothing',
        '/clientConfig/@version',
      ],
    });
    assert.equal(evidence['status'], 200);
    assert.equal((evidence['headers'] as Record<string, string>)['content-type'], 'text/xml');
    assert.deepEqual(evidence['xml'], {
      [hostname]: 'imap.example.test',
      '//outgoingServer/hostname': 'mail.example.test',
      '//incomingServer/port': ['993', '995'],
      'count(//incomingServer)': 2,
      '/clientConfig/@version': '1.1',
    });
    assert.match(
      transcript.map(noteText).join('\n'),
      /^GET http:.*emailaddress=a@example\.test\nconnected to 127\.0\.0\.1:\d+\n200 OK\n(?:.*\n)*content-type: text\/xml\n/,
    );
    assert.ok(transcript.includes('<clientConfig version="1.1">'));
  });

  it('finds what lies in namespaces by plain names, after a POST', async () => {
    const { evidence } = await ask('/autodiscover/autodiscover.xml', {
      method: 'POST',
      body: '<Autodiscover/>',
      headers: [{ name: 'Content-Type', value: 'text/xml' }],
      xpaths: ['//Protocol[Type="IMAP"]/Server', '/Autodiscover/Response//SSL'],
    });
    assert.equal(evidence['status'], 200);
    assert.deepEqual(evidence['xml'], {
      '//Protocol[Type="IMAP"]/Server': 'imap.example.test',
      '/Autodiscover/Response//SSL': 'on',
    });
  });

  it('says what is wrong with broken XML, and never fetches an external entity', async () => {
    const broken = await rejects(
      ask('/broken.xml', { xpaths: ['//a'] }),
      'check.mismatch',
      /not well-formed XML: .*clientConfig/,
    );
    assert.ok(broken.transcript.includes('200 OK'));
    const external = await rejects(
      ask('/external.xml', { xpaths: ['//a'] }),
      'check.mismatch',
      /not well-formed XML: .*entity/,
    );
    assert.doesNotMatch(`${external.message}${external.transcript.map(noteText).join('')}`, /root:/);
    // As text, the body is available as it is.
    assert.equal((await ask('/broken.xml')).evidence['body'], files['broken.xml']);
  });

  it('shows a wrong content type, and statuses that are no success', async () => {
    assert.equal(
      ((await ask('/config.txt')).evidence['headers'] as Record<string, string>)['content-type'],
      'text/plain',
    );
    assert.equal((await ask('/nowhere')).evidence['status'], 404);
    const refused = await ask('/private', { jsonPaths: ['a'] });
    assert.deepEqual([refused.evidence['status'], refused.evidence['json']], [401, undefined]);
  });

  it('follows redirects only where it is asked to', async () => {
    const { evidence } = await ask('/.well-known/jmap');
    assert.equal(evidence['status'], 307);
    assert.equal(
      (evidence['headers'] as Record<string, string>)['location'],
      `http://127.0.0.1:${server.ports.http}/jmap.json`,
    );
    const followed = await ask('/.well-known/jmap', {
      redirects: 5,
      jsonPaths: [
        'apiUrl',
        'primaryAccounts["urn:ietf:params:jmap:mail"]',
        'accounts[1].name',
        '$.accounts[*].name',
        'nothing.here',
      ],
    });
    assert.equal(followed.evidence['status'], 200);
    assert.equal(followed.evidence['url'], `http://127.0.0.1:${server.ports.http}/jmap.json`);
    assert.deepEqual(followed.evidence['json'], {
      apiUrl: 'https://jmap.example.test/',
      'primaryAccounts["urn:ietf:params:jmap:mail"]': 'u1',
      'accounts[1].name': 'b',
      '$.accounts[*].name': ['a', 'b'],
    });
    assert.equal((await ask('/loop', { redirects: 3 })).evidence['status'], 302);
  });

  it('turns a POST into a GET as clients do', async () => {
    const post = {
      method: 'POST',
      body: 'hello',
      headers: [{ name: 'Content-Type', value: 'text/x' }],
      redirects: 1,
    } as const;
    assert.equal((await ask('/post', post)).evidence['body'], 'posted 5 text/x');
    assert.equal((await ask('/see-other', post)).evidence['body'], 'got');
  });

  it('judges the certificate with the given authority, name and route', async () => {
    const url = 'https://autoconfig.example.test/mail/config-v1.1.xml';
    const address = { host: '127.0.0.1', port: server.ports.https };
    const { evidence, transcript } = await ask(url, { address, tls: { ca: Buffer.from(authority.cert) } });
    assert.equal(evidence['status'], 200);
    assert.match(transcript.map(noteText).join('\n'), /TLSv1\.[23] .*certificate autoconfig\.example\.test until/);
    assert.match(server.requests().at(-1) ?? '', /^GET autoconfig\.example\.test\/mail\/config-v1\.1\.xml$/);
    await rejects(ask(url, { address }), 'tls.certificate', /Cannot trust the server's certificate/);
    await rejects(
      ask(url.replace('autoconfig', 'other'), { address, tls: { ca: Buffer.from(authority.cert) } }),
      'tls.certificate',
      /does not match/,
    );
    assert.equal(
      (await ask(url.replace('autoconfig', 'other'), { address, tls: { verify: false } })).evidence['status'],
      200,
    );
  });

  it('fails where TLS is asked of a port that speaks none', async () => {
    await rejects(ask(`https://127.0.0.1:${server.ports.http}/`), 'tls.handshake', /not TLS/);
  });

  it('fails where JSON is looked for in what is none', async () => {
    await rejects(ask('/config.txt', { jsonPaths: ['a'] }), 'check.mismatch', /is not JSON/);
  });
});
