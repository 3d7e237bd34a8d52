import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as a far side in a spec sees it. */
export interface LoopbackRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Header names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: string;
}

/** What it answers; a `body` that is no text is sent as JSON. */
export interface LoopbackReply {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string } | undefined;
  readonly body?: unknown;
}

/** A real HTTP server on loopback, for one spec. */
export interface LoopbackServer {
  readonly baseUrl: string;
  /** For the outbound guard. */
  readonly hostPort: string;
  close(): Promise<void>;
}

/** Starts a far side in the spec's own process. `cut` = the connection breaks instead of an answer. */
export async function startLoopbackServer(
  answer: (request: LoopbackRequest) => LoopbackReply | 'cut',
): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const body = Buffer.concat(chunks).toString('utf8');
      const reply = answer({ method: request.method ?? '', url: request.url ?? '', headers, body });
      if (reply === 'cut') return void request.socket.destroy();
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {});
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
      response.end(reply.status === 204 ? undefined : text);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hostPort = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    hostPort,
    baseUrl: `http://${hostPort}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}
