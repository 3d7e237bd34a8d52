import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends one line to a Redis and resolves to the first line of its answer. */
export async function redisCommand(url: string, line: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  try {
    await once(socket, 'connect');
    socket.write(`${line}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString().trim();
  } finally {
    socket.destroy();
  }
}
