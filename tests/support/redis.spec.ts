import { once } from 'node:events';
import { connect } from 'node:net';
import { startOwnRedis, testRedisUrl } from './redis.js';

async function command(url: string, line: string): Promise<string> {
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

describe('Redis for tests', () => {
  it('is shared by the run, with a numbered database for each worker', async () => {
    const url = testRedisUrl();
    expect(new URL(url).pathname).toBe(`/${process.env['JEST_WORKER_ID']}`);
    expect(await command(url, 'PING')).toBe('+PONG');
  });

  it('can be killed and comes back empty at the same address', async () => {
    const redis = await startOwnRedis();
    expect(await command(redis.url, 'SET kept 1')).toBe('+OK');
    await redis.kill();
    await expect(command(redis.url, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await redis.restart();
    expect(await command(redis.url, 'EXISTS kept')).toBe(':0');
    await redis.kill();
  });
});
