import assert from 'node:assert/strict';
import { protocols } from '../protocol/protocols.ts';
import { type Imported, importText } from './import.ts';

type Said = readonly [side: 'C' | 'S', text: string];

const base64 = (text: string) => Buffer.from(text).toString('base64');
const password = 'wonderland-7f3a';

/** One session of each protocol. */
const sessions: Readonly<Record<string, readonly Said[]>> = {
  smtp: [
    ['S', '220 mail.example.test ESMTP'],
    ['C', 'EHLO client.example'],
    ['S', '250-mail.example.test'],
    ['S', '250-SIZE 10240000'],
    ['S', '250 AUTH PLAIN LOGIN'],
    ['C', `AUTH PLAIN ${base64(`\0alice@example.test\0${password}`)}`],
    ['S', '235 2.7.0 Authentication successful'],
    ['C', 'MAIL FROM:<alice@example.test>'],
    ['S', '250 2.1.0 Ok'],
    ['C', 'RCPT TO:<bob@example.test>'],
    ['S', '250 2.1.5 Ok'],
    ['C', 'DATA'],
    ['S', '354 End data with <CR><LF>.<CR><LF>'],
    ['C', 'Subject: C: forms -> of > "texts"'],
    ['C', ''],
    ['C', 'Hello there'],
    ['C', '.'],
    ['S', '250 2.0.0 Ok: queued as 4ABCDEF123'],
    ['C', 'QUIT'],
    ['S', '221 2.0.0 Bye'],
  ],
  imap: [
    ['S', '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready.'],
    ['C', `a1 LOGIN alice@example.test ${password}`],
    ['S', 'a1 OK [CAPABILITY IMAP4rev1 IDLE] Logged in'],
    ['C', 'a2 SELECT INBOX'],
    ['S', '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)'],
    ['S', '* 0 EXISTS'],
    ['S', 'a2 OK [READ-WRITE] Select completed.'],
    ['C', 'a3 LOGOUT'],
    ['S', '* BYE Logging out'],
    ['S', 'a3 OK Logout completed.'],
  ],
  pop3: [
    ['S', '+OK ready.'],
    ['C', 'USER alice@example.test'],
    ['S', '+OK'],
    ['C', `PASS ${password}`],
    ['S', '+OK Logged in.'],
    ['C', 'STAT'],
    ['S', '+OK 0 0'],
    ['C', 'QUIT'],
    ['S', '+OK Logging out.'],
  ],
};

type Form = (said: readonly Said[]) => string;

/** The labels before the client's lines, and before the server's. */
const labels: Readonly<Record<string, readonly [string, string]>> = {
  'an RFC': ['C: ', 'S: '],
  'an RFC, indented': ['   C: ', '   S: '],
  'three arrows': ['>>> ', '<<< '],
  arrows: ['-> ', '<- '],
  msmtp: ['--> ', '<-- '],
  'angle brackets': ['> ', '< '],
  names: ['Client: ', 'Server: '],
  'names in capitals': ['CLIENT> ', 'SERVER> '],
  'letters and brackets': ['[C] ', '[S] '],
  fetchmail: ['fetchmail: SMTP> ', 'fetchmail: SMTP< '],
  mutt: ['[2026-11-27 10:00:00] 4> ', '[2026-11-27 10:00:00] 4< '],
  neomutt: [
    '[2026-11-27 10:00:00]<2> mutt_socket_write_d() 4> ',
    '[2026-11-27 10:00:00]<2> mutt_socket_readln_d() 4< ',
  ],
  nodemailer: ['[2026-11-27 10:00:00] DEBUG [aB3x] C: ', '[2026-11-27 10:00:00] DEBUG [aB3x] S: '],
  PHPMailer: ['2026-11-27 10:00:00 CLIENT -> SERVER: ', '2026-11-27 10:00:00 SERVER -> CLIENT: '],
  'Net::SMTP': ['Net::SMTP=GLOB(0x55d0c8a9e4c8)>>> ', 'Net::SMTP=GLOB(0x55d0c8a9e4c8)<<< '],
  'Exim, the server': ['12:34:56 12345 SMTP<< ', '12:34:56 12345 SMTP>> '],
  'sendmail, the server': [
    'Nov 27 10:00:00 mx sendmail[123]: 4AR1: <-- ',
    'Nov 27 10:00:00 mx sendmail[123]: 4AR1: --> ',
  ],
  Thunderbird: ['mailnews.smtp: C: ', 'mailnews.smtp: S: '],
  'Thunderbird, POP3': ['[Parent 1: Main Thread]: I/POP3 SEND: ', '[Parent 1: Main Thread]: I/POP3 RECV: '],
  'Thunderbird, earlier': [
    '2026-11-27 10:00:00.123456 UTC - [Parent 99: Main Thread]: I/SMTP SMTP Send: ',
    '2026-11-27 10:00:00.123456 UTC - [Parent 99: Main Thread]: I/SMTP SMTP Response: ',
  ],
  Evolution: ['sending : ', 'received: '],
  'Mail::IMAPClient': ['Sending: ', 'Read: '],
  'sendmail -v, where only one side has a mark': ['>>> ', ''],
  mbsync: ['F: >>> ', 'F: '],
  'times and letters': ['10:00:01.123 C: ', '10:00:01.125 S: '],
  'times and arrows': ['2026-11-27T10:00:00.123Z > ', '2026-11-27T10:00:00.130Z < '],
  imaplib: ['  12:34.56 > ', '  12:34.57 < '],
  'no marks': ['', ''],
  'no marks, with times': ['[10:00:01] ', '[10:00:02] '],
  'no marks, with dates': ['2026-11-27 10:00:01 ', '2026-11-27 10:00:02 '],
  'no marks, quoted in a mail': ['> ', '> '],
  'no marks, indented': ['    ', '    '],
};

/** Strings as Python or Ruby prints them. */
const python = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}\\r\\n'`;
const ruby = (text: string) => `${JSON.stringify(text).slice(0, -1)}\\r\\n"`;

const forms: Readonly<Record<string, Form>> = {
  ...Object.fromEntries(
    Object.entries(labels).map(([name, [client, server]]): [string, Form] => [
      name,
      (said) => said.map(([side, text]) => `${side === 'C' ? client : server}${text}\n`).join(''),
    ]),
  ),
  smtplib: (said) => said.map(([side, text]) => `${side === 'C' ? 'send: ' : 'reply: b'}${python(text)}\n`).join(''),
  "Ruby's net/smtp": (said) => said.map(([side, text]) => `${side === 'C' ? '<- ' : '-> '}${ruby(text)}\n`).join(''),
  'Exim -v': runs(
    (side) => (side === 'C' ? '  SMTP>> ' : '  SMTP<< '),
    (text) => `         ${text}`,
  ),
  'an RFC that marks the first line only': runs(
    (side) => `${side}: `,
    (text) => `   ${text}`,
  ),
  'tcpflow -c': runs(
    (side) => `127.000.000.001.${side === 'C' ? '54321-127.000.000.001.00025' : '00025-127.000.000.001.54321'}: `,
    (text) => text,
  ),
  'ngrep -W byline': blocks(
    (side) => `\n#\nT 127.0.0.1:${side === 'C' ? '54321 -> 127.0.0.1:25' : '25 -> 127.0.0.1:54321'} [AP] #4`,
    (text) => `${text}.`,
  ),
  'socat -v': blocks(
    (side) => `${side === 'C' ? '>' : '<'} 2026/11/27 10:00:00.123456  length=21 from=0 to=20`,
    (text) => `${text}\\r`,
  ),
  'Markdown with prose around it': (said) =>
    `I get this:\n\n\`\`\`\n$ telnet mail.example.test 25\n${said.map(([, text]) => `${text}\n`).join('')}\`\`\`\n\nWhy is that?\n`,
  'a narrow terminal': (said) => said.map(([, text]) => `${text.replace(/(.{60})(?=.)/g, '$1\n')}\n`).join(''),
};

/** The mark is only before the first line of each side's turn. */
function runs(mark: (side: Said[0]) => string, further: (text: string) => string): Form {
  return (said) =>
    said.map(([side, text], at) => `${said[at - 1]?.[0] === side ? further(text) : `${mark(side)}${text}`}\n`).join('');
}

function blocks(head: (side: Said[0]) => string, line: (text: string) => string): Form {
  return (said) =>
    said.map(([side, text], at) => `${said[at - 1]?.[0] === side ? '' : `${head(side)}\n`}${line(text)}\n`).join('');
}

/** Without the name of the text. */
function dialogueOf(text: string): string {
  const made = importText([text], { title: 'x', server: 'it' });
  assert.ok('text' in made, `${JSON.stringify(made)}\n${text}`);
  for (const form of ['wonderland', base64(password).slice(0, 12), 'AGFsaWNl'])
    assert.ok(!made.text.includes(form), made.text);
  return made.text.slice(made.text.indexOf('dialogue:'));
}

describe('importText() of a session in the form of', () => {
  for (const [name, form] of Object.entries(forms)) {
    it(name, () => {
      for (const said of Object.values(sessions)) {
        const expected = dialogueOf(
          // In the format of swaks.
          said.map(([side, text]) => (side === 'C' ? ` -> ${text}` : `<-  ${text}`)).join('\n'),
        );
        assert.equal(dialogueOf(form(said)), expected, form(said));
      }
    });
  }

  it('several at once, to different servers', () => {
    const one = "Trying 192.0.2.1...\nConnected to mail.example.test.\nEscape character is '^]'.\n";
    const texts = [sessions['smtp'], sessions['pop3']].map((said = []) => said.map(([, text]) => `${text}\n`).join(''));
    const [smtp = '', pop3 = ''] = texts;
    const pasted = `First I tried this:\n$ telnet mail.example.test 25\n${one}${smtp}Connection closed by foreign host.\n$ telnet mail.example.test 110\n${one}${pop3}Connection closed by foreign host.\n$ exit\n`;
    const { text } = importText([pasted], { title: 'x' }) as Imported;
    assert.match(text, /^server: smtp:\/\/mail\.example\.test$/m);
    assert.match(text, /^ {4}server: pop3:\/\/mail\.example\.test$/m);
    assert.equal(text.match(/- name: /g)?.length, 2);
    assert.match(text, /# First I tried this:\n/);
  });

  it('a program that hides passwords', () => {
    const hidden: readonly (readonly [string, RegExp])[] = [
      ['S: +OK x\nC: USER alice\nS: +OK\nC: PASS *\nS: +OK\n', /PASS \$\{password\}/],
      [
        'fetchmail: IMAP< * OK x\nfetchmail: IMAP> A1 LOGIN "alice" *\nfetchmail: IMAP< A1 OK x\nfetchmail: IMAP> A2 LIST "" *\nfetchmail: IMAP< A2 OK x\n',
        /mechanism: login-command[\s\S]*send: LIST "" \*\n/,
      ],
      [
        '* OK x\n>>> 1 LOGIN <user> <pass>\n1 OK x\n>>> 2 NOOP\n2 OK x\n',
        /user: '\$\{user\}', password: '\$\{password\}'/,
      ],
      [
        'S: 220 x\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: <credentials hidden>\nS: 334 UGFzc3dvcmQ6\nC: <credentials hidden>\nS: 235 ok\n',
        /mechanism: LOGIN, user: '\$\{user\}'/,
      ],
      ['S: 220 x\nC: AUTH PLAIN /* secret */\nS: 235 ok\n', /mechanism: PLAIN, user: '\$\{user\}'/],
      [
        `+1ms S 220 x\n+2ms C AUTH CRAM-MD5\n+3ms S 334 PDFAeD4=\n+4ms C ${base64('alice x')}«password»\n+5ms S 235 ok\n`,
        /mechanism: CRAM-MD5, user: /,
      ],
    ];
    for (const [text, has] of hidden) assert.match(dialogueOf(text), has);
  });

  it('a program that shows no literal, whatever its size', () => {
    for (const octets of [10, 3_000_000_000]) {
      const fetched = `* OK x\na1 FETCH 1 (BODY[])\n* 1 FETCH (BODY[] {${octets}}\n)\na1 OK x\n`;
      assert.match(dialogueOf(fetched), /- FETCH:\n +BODY\[\]: true\n$/, String(octets));
    }
  });

  it('a test for Exim whose messages have arrows', () => {
    const script = 'client 127.0.0.1 25\n??? 220\nEHLO a\n??? 250\nx -> y\n??? 250 ok\nz <- 220 w\n??? 250\n****\n';
    const { format } = importText([script], { title: 'x' }) as Imported;
    assert.equal(format, 'a client script of Exim');
  });

  it('lines with secrets that nobody can read', () => {
    const lines = [
      'password = wonderland',
      '$ curl -u alice:wonderland imap://x',
      'Authorization: Basic x',
      '0000: 77 6f 6e 64 65 72 6c 61 6e 64',
    ];
    const made = importText([`S: 220 x\n${lines.join('\n')}\nC: NOOP\nS: 250 ok\n`], {
      title: 'x',
      server: 'it',
    }) as Imported;
    assert.equal(made.text.match(/# \(left out: a line that may have a password\)/g)?.length, lines.length);
    assert.doesNotMatch(made.text, /wonderland|77 6f/);
  });

  it('refuses what a pipe shows of a session, which has no line of the client', () => {
    const refused = importText(['220 mx.example.test ESMTP\n250 mx\n250 2.1.0 Ok\n250 2.1.5 Ok\n221 Bye\n'], {
      title: 'x',
    });
    assert.ok('problem' in refused && /no command of a client/.test(refused.problem), JSON.stringify(refused));
    assert.match(refused.hint ?? '', /mailspec talk --save/);
  });

  it('leaves out the prompts of a shell around a session', () => {
    for (const prompt of [
      '$',
      '#',
      'alice@mx:~$',
      'root@mx:/etc/postfix#',
      '[root@mx ~]#',
      'bash-5.2$',
      '(venv) mx:~ alice$',
      'mx%',
    ]) {
      const session = ['220 mx.example.test ESMTP', 'NOOP', '250 2.0.0 Ok', 'QUIT', '221 2.0.0 Bye'];
      const text = [`${prompt} nc -C mx.example.test 25`, ...session, `${prompt} ls`, `${prompt} `].join('\n');
      const made = importText([text], { title: 'x' }) as Imported;
      assert.equal(made.steps, 3, `${prompt}: ${made.text}`);
      assert.equal(made.unread, 0, `${prompt}: ${made.text}`);
      assert.match(made.text, /^server: smtp:\/\/mx\.example\.test$/m, prompt);
    }
  });

  it('of a program that saw TLS end without close_notify', () => {
    const session = '+OK ready\nQUIT\n+OK Bye\n';
    const openssl = 'SSL routines:ssl3_read_n:unexpected eof while reading:../ssl/record/rec_layer_s3.c:318:';
    const rows: readonly (readonly [string, string])[] = [
      [`CONNECTED(00000003)\n---\n    Verify return code: 0 (ok)\n---\n${session}closed\n`, 'closed'],
      [
        `CONNECTED(00000003)\n---\n    Verify return code: 0 (ok)\n---\nread R BLOCK\n${session}40170A18EF7F0000:error:0A000126:${openssl}\n`,
        'truncated',
      ],
      [`- Simple Client Mode:\n\n${session}- Peer has closed the GnuTLS connection\n`, 'closed'],
      [
        `- Simple Client Mode:\n\n${session}*** Fatal error: The TLS connection was non-properly terminated.\n*** Server has terminated the connection abnormally.\n`,
        'truncated',
      ],
      [' +1.0ms S +OK ready\n +1.1ms C QUIT\n +1.2ms S +OK Bye\n +1.3ms * closed by the server\n', 'closed'],
      [
        ' +1.0ms S +OK ready\n +1.1ms C QUIT\n +1.2ms S +OK Bye\n +1.3ms * closed by the server without close_notify\n',
        'truncated',
      ],
    ];
    for (const [text, end] of rows) {
      const made = importText([text], { title: 'x', server: 'box', protocol: protocols.pop3 }) as Imported;
      assert.equal(made.unread, 0, made.text);
      const expected = end === 'closed' ? ' closed' : '\n          closed: [FIN, RST, close_notify]';
      assert.ok(made.text.endsWith(`- send: QUIT\n        expect: +OK Bye\n      - expect:${expected}\n`), made.text);
    }
  });

  it("reads sieve-connect's log, where a response is a literal", () => {
    const digest = 'username="alice",nonce="x",response=0123456789abcdef0123456789abcdef';
    const text = [
      ...['<<< "IMPLEMENTATION" "x"\\r\\n', '<<< "SASL" "DIGEST-MD5"\\r\\n', '<<< OK "ready."'],
      ...['>>> AUTHENTICATE "DIGEST-MD5"\\r\\n', `<<< "${base64('realm="x"')}"\\r\\n`, '>>> {96+}\\r\\n'],
      ...[`>>> ${base64(digest)}\\r\\n`, `<<< "${base64('rspauth=1')}"\\r\\n`, '>>> {0+}\\r\\n', '>>> \\r\\n'],
      ...['<<< OK "Logged in."\\r\\n', '-T- a note', '>>> LOGOUT\\r\\n', '<<< OK "Bye"\\r\\n'],
    ].join('\n');
    const made = importText([text], { title: 'x', server: 'sieve' }) as Imported;
    assert.equal(made.format, 'sieve-connect');
    assert.match(made.text, /mechanism: DIGEST-MD5[\s\S]*- send: LOGOUT/);
    assert.doesNotMatch(made.text, /96|\\r/);
  });

  it('reads no end of a connection in recordio as a line', () => {
    const text = '7 > 220 x ESMTP \n7 < QUIT \n7 > 221 Bye \n7 > [EOF]\n7 < [EOF]\n';
    const made = importText([text], { title: 'x' }) as Imported;
    assert.deepEqual([made.format, made.steps, made.unread], ['recordio', 2, 0], made.text);
  });
});
