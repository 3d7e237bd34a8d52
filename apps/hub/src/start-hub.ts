import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Connector } from '@isthmus/connector-kit';
import { Database, ensureFirstApiKey, ensurePartitions, findDueWork } from '@isthmus/ledger';
import {
  createLogger,
  createMetrics,
  loadKeyRing,
  secretBox,
  startEmbeddedPostgres,
  systemClock,
} from '@isthmus/platform';
import type { Clock, EmbeddedPostgres, Logger, PlatformSettings } from '@isthmus/platform';
import type { Queue } from '@isthmus/queue';
import { WebhookReceiver } from '@isthmus/stages';
import { prepareApi } from './api/api.module.js';
import { LEDGER_PATIENCE_MS } from './api/http/ledger-patience.js';
import { AppModule } from './app.module.js';
import { applyConfiguration } from './configuration/apply-configuration.js';
import type { HubSettings } from './configuration/hub-environment.js';
import { readConfiguration } from './configuration/read-configuration.js';
import { HubRuntime } from './runtime/hub-runtime.js';
import { openQueue } from './runtime/open-queue.js';
import { apiDependencies } from './runtime/api-dependencies.js';
import { readFailpoints } from './workers/failpoints.js';

/** All settings of a hub process. */
export type StartSettings = PlatformSettings & HubSettings;

/** What a start may bring along besides the settings; tests hand in their clock and connectors. */
export interface HubOptions {
  readonly connectors: readonly Connector[];
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Environment that fills `${NAME}` in the configuration. @default process.env */
  readonly environment?: { readonly [name: string]: string | undefined };
}

/** A hub that is up. */
export interface RunningHub {
  readonly url: string;
  readonly runtime: HubRuntime;
  readonly database: Database;
  readonly queue: Queue;
  /** The first API key when this start created it; it is never shown again. */
  readonly createdApiKey: string | undefined;
  /** Stops accepting, finishes or releases what is claimed, and stops what this start started. */
  stop(): Promise<void>;
}

/**
 * Starts a hub in this process: database (embedded unless given), schema, configuration, queue, workers by role, and the HTTP API.
 *
 * @throws ConfigurationError, EmbeddedPostgresError and the like: the start either succeeds whole or leaves nothing running
 */
export async function startHub(settings: StartSettings, options: HubOptions): Promise<RunningHub> {
  const stops: (() => Promise<unknown>)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    return await startParts(settings, options, stops, stopAll);
  } catch (error) {
    await stopAll().catch(() => undefined);
    throw error;
  }
}

async function startParts(
  settings: StartSettings,
  options: HubOptions,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<RunningHub> {
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? createLogger({ level: settings.logLevel });
  mkdirSync(settings.dataDir, { recursive: true });
  const database = await openDatabase(settings, logger, stops);
  await ensurePartitions(database, clock.now());
  const box = secretBox(loadKeyRing(settings.dataDir, settings.secretKey));
  const firstKey = await ensureFirstApiKey(database, settings.apiKey);
  if (settings.configFile !== undefined) {
    const configuration = readConfiguration(settings.configFile, options.environment ?? process.env);
    await applyConfiguration({ database, box, connectors: options.connectors }, configuration);
  }
  const filesRoot = settings.filesDir ?? join(settings.dataDir, 'files');
  mkdirSync(filesRoot, { recursive: true });
  const metrics = createMetrics({ ofProcess: true });
  const queue = await openQueue(settings, { findDueWork: () => findDueWork(database, clock.now()), logger }, stops);
  const runtime = new HubRuntime({
    database,
    box,
    clock,
    logger,
    metrics,
    queue,
    connectors: options.connectors,
    failpoints: readFailpoints(settings.failpoint),
    retention: {
      changeDays: settings.keepChangesDays ?? 90,
      attemptDays: settings.keepAttemptsDays ?? 30,
      payloadDays: settings.keepPayloadsDays ?? 14,
    },
    filesRoot,
  });
  stops.push(() => runtime.close());
  await runtime.start(settings.role);
  stops.push(() => runtime.stopWork());
  const app = await openHttp(settings, runtime, apiDependencies(runtime, settings), stops);
  return { url: await app.getUrl(), runtime, database, queue, createdApiKey: firstKey.created, stop };
}

async function openDatabase(
  settings: StartSettings,
  logger: Logger,
  stops: (() => Promise<unknown>)[],
): Promise<Database> {
  const url = settings.databaseUrl ?? (await openEmbedded(settings, logger, stops)).url;
  const database = await Database.open({
    url,
    applicationName: `isthmus-${settings.role}-${randomUUID().slice(0, 8)}`,
  });
  stops.push(() => database.close());
  return database;
}

async function openEmbedded(
  settings: StartSettings,
  logger: Logger,
  stops: (() => Promise<unknown>)[],
): Promise<EmbeddedPostgres> {
  const embedded = await startEmbeddedPostgres({ dataDir: settings.dataDir, log: (message) => logger.info(message) });
  stops.push(() => embedded.stop());
  return embedded;
}

async function openHttp(
  settings: StartSettings,
  runtime: HubRuntime,
  api: ReturnType<typeof apiDependencies>,
  stops: (() => Promise<unknown>)[],
): Promise<NestFastifyApplication> {
  const receiver = new WebhookReceiver(runtime.context, LEDGER_PATIENCE_MS);
  const adapter = new FastifyAdapter({
    trustProxy: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    requestTimeout: 10_000,
    // Node looks for slow requests only every 30 s unless told otherwise, so that 10 s would be up to 40.
    http: { connectionsCheckingInterval: 1_000, headersTimeout: 10_000 },
    forceCloseConnections: 'idle',
  });
  const module = AppModule.register({ api, door: runtime.webhookDoor(receiver, settings.publicUrl) });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: ['error', 'warn'],
    bodyParser: false,
    abortOnError: false,
  });
  prepareApi(app);
  stops.push(() => app.close());
  await app.listen(settings.port, settings.host);
  return app;
}
