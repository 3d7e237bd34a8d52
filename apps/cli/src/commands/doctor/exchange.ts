import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const PATIENCE_MS = 4_000;
const MOST_BYTES = 65_536;

/** How an exchange ended: what was answered, or the code of what went wrong (`ECONNREFUSED`, `TIMEOUT`, `CLOSED`). */
export type Exchanged = { readonly answer: Buffer } | { readonly failed: string };

/** Opens a connection, says `hello`, and listens until `isWhole` says that the answer is complete. */
export function exchange(
  where: { readonly host: string; readonly port: number; readonly tls?: boolean },
  hello: Buffer,
  isWhole: (answer: Buffer) => boolean,
): Promise<Exchanged> {
  return new Promise((done) => {
    const { host, port } = where;
    const socket: Socket = where.tls ? connectTls({ host, port, servername: host }) : connect({ host, port });
    let answer = Buffer.alloc(0);
    const end = (result: Exchanged): void => {
      socket.destroy();
      done(result);
    };
    socket.setTimeout(PATIENCE_MS, () => end({ failed: 'TIMEOUT' }));
    socket.once(where.tls ? 'secureConnect' : 'connect', () => socket.write(hello));
    socket.once('error', (error: NodeJS.ErrnoException) => end({ failed: error.code ?? 'NETWORK' }));
    socket.once('close', () => end({ failed: 'CLOSED' }));
    socket.on('data', (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes]);
      if (isWhole(answer) || answer.length > MOST_BYTES) end({ answer });
    });
  });
}
