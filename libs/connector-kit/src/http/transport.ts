import { buildConnector, Client, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { Exchange } from './exchange.js';
import type { RawAnswer } from './exchange.js';
import { createOutboundGuard } from './outbound-guard.js';
import type { Resolve } from './outbound-guard.js';

/** How sockets are opened. The hub needs none of these; tests and odd networks do. */
export interface TransportOptions {
  /** Certificate authorities (PEM) besides the system's, for far sides inside a company. */
  readonly ca?: string | readonly string[];
  /** Resolver in place of the system's. */
  readonly resolve?: Resolve;
  /** An idle socket is closed after this time unless the far side names its own. @default 4000 */
  readonly keepAliveMs?: number;
  /** @default 10000 */
  readonly connectTimeoutMs?: number;
}

/** What goes on the wire. */
export interface WireCall {
  readonly origin: string;
  readonly method: string;
  /** Path and query, sent exactly as they are. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer | undefined;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  /** True = on a socket of its own, never on one that was idle. */
  readonly fresh: boolean;
}

/** Sockets of one connection. */
export interface Transport {
  /** Resolves with any whole answer, whatever its status; rejects with TransportError. */
  send(call: WireCall): Promise<RawAnswer>;
  /** Closes all sockets; calls under way are cut. */
  close(): Promise<void>;
}

/**
 * Keep-alive sockets by undici, one pool per origin, at most `connections` of them, one request at a time on each. Redirects are
 * never followed. Every socket passes the outbound guard with the address it really connects to.
 */
export function createTransport(
  limits: { readonly connections: number; readonly maxAnswerBytes: number },
  outboundAllow: readonly string[],
  options: TransportOptions,
): Transport {
  const settings = {
    connect: guardedConnector(outboundAllow, options),
    pipelining: 1,
    // The exchange holds one deadline for everything, so undici's own timers (one-second steps) are off.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: options.keepAliveMs ?? 4_000,
  };
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    let pool = pools.get(origin);
    if (!pool) {
      pool = new Pool(origin, { ...settings, connections: limits.connections });
      pools.set(origin, pool);
    }
    return pool;
  };
  return {
    send: (call) => {
      if (!call.fresh) return exchange(poolOf(call.origin), call, limits.maxAnswerBytes);
      const client = new Client(call.origin, settings);
      return exchange(client, call, limits.maxAnswerBytes).finally(() => client.destroy());
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function exchange(dispatcher: Dispatcher, call: WireCall, maxAnswerBytes: number): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const handler = new Exchange({ deadlineMs: call.deadlineMs, maxAnswerBytes }, call.signal, resolve, reject);
    if (call.signal?.aborted) return;
    dispatcher.dispatch(
      {
        path: call.path,
        method: call.method as Dispatcher.HttpMethod,
        headers: call.headers,
        body: call.body ?? null,
      },
      handler,
    );
  });
}

function guardedConnector(outboundAllow: readonly string[], options: TransportOptions): buildConnector.connector {
  const guard = createOutboundGuard(outboundAllow, options.resolve);
  const connectors = new Map<number, buildConnector.connector>();
  const connectorFor = (port: number): buildConnector.connector => {
    let connector = connectors.get(port);
    if (!connector) {
      connector = buildConnector({
        timeout: options.connectTimeoutMs ?? 10_000,
        lookup: guard.lookupFor(port),
        ...(options.ca ? { ca: [...options.ca] } : {}),
      });
      connectors.set(port, connector);
    }
    return connector;
  };
  return (target, callback) => {
    const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
    try {
      guard.checkHost(target.hostname, port);
    } catch (error) {
      callback(error as Error, null);
      return;
    }
    connectorFor(port)(target, callback);
  };
}
