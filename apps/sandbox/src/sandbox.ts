import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { fastify } from 'fastify';
import type { SystemOptions } from './base-system.js';
import { controlRoutes } from './control/routes.js';
import type { FarSide } from './far-side.js';
import { HubspotSystem } from './hubspot/system.js';
import { KingdeeSystem } from './kingdee/system.js';
import { pageRoutes } from './page/routes.js';
import { RestSystem } from './rest/system.js';
import type { JsonObject } from './wire/json.js';

/** Names of the imitated systems. */
export type SystemName = 'hubspot' | 'kingdee' | 'rest';

/** How a sandbox is started. */
export interface SandboxOptions {
  /** 0 = any free port. @default 0 */
  readonly port?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** Folder for the journals; without it the data lives in memory only. */
  readonly dataDir?: string;
  /** Settings and webhook settings to begin with, per system; they win over what a restart would bring back. */
  readonly systems?: Partial<Record<SystemName, { settings?: JsonObject; webhooks?: JsonObject }>>;
  /** Clock in epoch milliseconds, for tests. */
  readonly now?: () => number;
  /** False switches all rate limits off. @default true */
  readonly limits?: boolean;
}

/** A running sandbox. */
export interface Sandbox {
  /** Base address without a slash at its end, such as http://127.0.0.1:3100. */
  readonly url: string;
  readonly port: number;
  readonly hubspot: HubspotSystem;
  readonly kingdee: KingdeeSystem;
  readonly rest: RestSystem;
  /** Resolves when all webhooks were delivered or given up. */
  settled(): Promise<void>;
  /** Cuts all connections, keeps the data when there is a folder. */
  close(): Promise<void>;
}

/** Starts the far sides and listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', dataDir } = options;
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const hubspot = new HubspotSystem(optionsOf('hubspot', options));
  const kingdee = new KingdeeSystem(optionsOf('kingdee', options));
  const rest = new RestSystem(optionsOf('rest', options));
  const systems: FarSide[] = [hubspot, kingdee, rest];
  for (const system of systems) await system.load();

  const server = fastify({
    bodyLimit: 32 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_000 },
  });
  server.get('/health', () => ({ status: 'ok' }));
  for (const system of systems)
    await server.register(
      (scope, _options, done) => {
        system.register(scope);
        done();
      },
      { prefix: `/${system.name}` },
    );
  await server.register(
    (scope, _options, done) => {
      controlRoutes(scope, systems);
      done();
    },
    { prefix: '/_control' },
  );
  await server.register((scope, _options, done) => {
    pageRoutes(scope, hubspot, kingdee);
    done();
  });
  await server.listen({ host, port: options.port ?? 0 });

  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    hubspot,
    kingdee,
    rest,
    settled: async () => void (await Promise.all(systems.map((system) => system.webhooks.settled()))),
    async close() {
      await server.close();
      for (const system of systems) await system.close();
    },
  };
}

function optionsOf(name: SystemName, { dataDir, now, limits, systems }: SandboxOptions): SystemOptions {
  return {
    ...systems?.[name],
    ...(dataDir === undefined ? {} : { journal: join(dataDir, `${name}.jsonl`) }),
    ...(now === undefined ? {} : { now }),
    ...(limits === undefined ? {} : { limits }),
  };
}
