import type { Connector, ConnectorContext, Settings, Streams, TokenStore, KitClock } from '../contract.js';
import type { FileStore } from '../file-store.js';
import { createHttpClient } from '../http/create-http-client.js';
import type { HttpClientOptions } from '../http/client-options.js';
import { secretValues } from '../settings/secret-names.js';
import { resolveLimits, resolveStreams } from './resolve-streams.js';

/** What it takes to speak for a connection. Settings must be valid (`validateSettings`). */
export interface OpenConnectionOptions<S extends Settings = Settings> extends Pick<
  HttpClientOptions<S>,
  'outboundAllow' | 'bucket' | 'breaker' | 'onCall' | 'trace' | 'transport'
> {
  readonly connectionId: string;
  readonly settings: S;
  readonly tokens: TokenStore;
  readonly clock: KitClock;
  readonly signal: AbortSignal;
  /** The hub's files folder, for connectors of files. */
  readonly files?: FileStore;
}

/** A connection that is ready to be read and written. */
export interface OpenConnection<S extends Settings = Settings> {
  readonly context: ConnectorContext<S>;
  readonly streams: Streams<S>;
  /** Closes its sockets. */
  close(): Promise<void>;
}

/** Puts connector, settings and HTTP client together. Opens no socket before the first call. */
export function openConnection<S extends Settings>(
  connector: Connector<S>,
  options: OpenConnectionOptions<S>,
): OpenConnection<S> {
  const { connectionId, settings, tokens, clock, signal, files, ...client } = options;
  const http = createHttpClient<S>({
    ...client,
    baseUrl: connector.baseUrl(settings),
    limits: resolveLimits(connector, settings),
    auth: connector.auth,
    ...(connector.sortAnswer ? { sortAnswer: (answer) => connector.sortAnswer?.(answer, settings) } : {}),
    context: { connectionId, settings, tokens, clock, signal, ...(files ? { files } : {}) },
    secrets: secretValues(connector.settings, settings),
  });
  return { context: http.context, streams: resolveStreams(connector, settings), close: () => http.close() };
}
