import { type AddressInfo, createServer } from 'node:net';

/** A POP3 server whose replies can be changed. */
export async function startServer() {
  const answers: Record<string, string> = {
    greeting: 'ready',
    CAPA: '+OK\r\nUSER\r\nUIDL\r\n.\r\n',
    QUIT: '+OK bye\r\n',
    NOOP: '+OK\r\n',
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(
      `+OK ${answers['greeting']} <${Math.random().toString().slice(2)}.${Date.now()}@pop.example.test>\r\n`,
    );
    let pending = '';
    socket.on('data', (octets: Buffer) => {
      const lines = (pending + octets.toString('latin1')).split('\r\n');
      pending = lines.pop() ?? '';
      for (const line of lines) {
        const [command = ''] = line.toUpperCase().split(' ');
        socket.write(answers[command] ?? '-ERR what?\r\n');
        if (command === 'QUIT') socket.end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { answers, server, url: `pop3://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
