import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What a proxy does to the bytes that pass it. */
export type ProxyMode =
  /** Lets everything through. */
  | { readonly kind: 'pass' }
  /** Lets every piece wait, in both directions. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Takes everything and passes nothing on, as a network that swallows packets; also of sockets that were open before. */
  | { readonly kind: 'swallow' }
  /** Passes requests on, drops the answers, and cuts the socket `afterMs` later: what was asked happened, nobody hears of it. */
  | { readonly kind: 'dropAnswers'; readonly afterMs: number };

/** A TCP proxy between the hub and something that it needs, to hurt the network between them. */
export interface TcpProxy {
  readonly port: number;
  set(mode: ProxyMode): void;
  /** Cuts every open socket. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a proxy on loopback before another port of loopback. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let mode: ProxyMode = { kind: 'pass' };
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: targetPort });
    const both = [near, far];
    for (const socket of both) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        for (const other of both) other.destroy();
      });
    }
    near.on('data', (bytes) => forward(mode, bytes, far));
    far.on('data', (bytes) => {
      if (mode.kind !== 'dropAnswers') return forward(mode, bytes, near);
      setTimeout(() => near.destroy(), mode.afterMs).unref();
    });
  });
  await new Promise<void>((listening) => server.listen({ host: '127.0.0.1', port: 0 }, listening));
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    set: (next) => (mode = next),
    cut,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        cut();
      }),
  };
}

function forward(mode: ProxyMode, bytes: Buffer, to: Socket): void {
  if (mode.kind === 'swallow') return;
  if (mode.kind === 'latency') setTimeout(() => to.write(bytes), mode.ms).unref();
  else to.write(bytes);
}
