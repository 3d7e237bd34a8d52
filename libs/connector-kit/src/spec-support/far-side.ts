import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { HttpClientOptions } from '../http/client-options.js';
import { createMemoryTokenStore } from '../auth/memory-token-store.js';
import { systemClock } from '../clock.js';

/** A request that the far side got, body included. */
export interface Got {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly socket: Socket;
}

/** A real HTTP server on loopback for one spec. */
export interface FarSide {
  readonly baseUrl: string;
  readonly hostPort: string;
  readonly got: Got[];
  close(): Promise<void>;
}

export async function startFarSide(
  answer: (got: Got, response: ServerResponse, count: number) => void,
): Promise<FarSide> {
  const got: Got[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, socket } = request;
      const one = { method, url, headers, socket, body: Buffer.concat(chunks).toString('utf8') };
      got.push(one);
      answer(one, response, got.length);
    });
    request.on('error', () => undefined);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hostPort = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: `http://${hostPort}`,
    hostPort,
    got,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: { [name: string]: string } = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export function clientOptions(far: FarSide, more: Partial<HttpClientOptions> = {}): HttpClientOptions {
  return {
    baseUrl: far.baseUrl,
    limits: { timeoutMs: 2_000 },
    outboundAllow: [far.hostPort],
    context: {
      connectionId: 'crm',
      settings: {},
      tokens: createMemoryTokenStore(systemClock),
      clock: systemClock,
      signal: new AbortController().signal,
    },
    ...more,
  };
}
