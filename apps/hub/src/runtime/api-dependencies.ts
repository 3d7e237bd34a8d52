import { secretNames } from '@isthmus/connector-kit';
import type { CheckStep } from '@isthmus/connector-kit';
import type { PlatformSettings } from '@isthmus/platform';
import pTimeout from 'p-timeout';
import { readStream, stepMappingRun } from '@isthmus/stages';
import type { ApiDependencies, ReadinessCheck } from '../api/dependencies.js';
import type { HubRuntime } from './hub-runtime.js';

const VERSION = '0.1.0';
const PING = { name: 'ping', text: 'select 1 as ok' };

/** What the API may ask of the running hub. */
export function apiDependencies(runtime: HubRuntime, settings: PlatformSettings): ApiDependencies {
  const { database, queue, clock, logger, metrics } = runtime.parts;
  return {
    database,
    queue,
    topology: runtime.topology,
    connections: {
      test: (connectionId) => testConnection(runtime, connectionId),
      secretNames: (connectionId) => Promise.resolve(namesOfSecrets(runtime, connectionId)),
    },
    mappings: {
      streams: (connectionId) => runtime.mappings.streams(connectionId),
      beneath: (connectionId, stream) => runtime.mappings.beneath(connectionId, stream),
      beneathHash: (connectionId, stream) => runtime.mappings.beneathHash(connectionId, stream),
      load: (connectionId, stream, document) => runtime.mappings.load(connectionId, stream, document),
      input: (connectionId, stream, document) => runtime.mappings.input(connectionId, stream, document),
      step: (runId) => stepMappingRun(runtime.context, runtime.mappings.source, runId),
    },
    clock,
    log: logger,
    version: VERSION,
    configurationFaults: () => runtime.topology.faults,
    readiness: () => readiness(runtime, settings),
    metrics: () => metrics.text(),
    readNow: (connectionId, stream, purpose) =>
      readStream(runtime.context, { connectionId, stream, purpose, force: true }),
    reconcile: (order) => runtime.reconciler.start(order),
    repair: (runId) => runtime.reconciler.repair(runId),
    configurationChanged: () => runtime.reload(),
  };
}

const PING_PATIENCE_MS = 2_000;

async function readiness(runtime: HubRuntime, settings: PlatformSettings): Promise<ReadinessCheck[]> {
  const { database, queue } = runtime.parts;
  const databaseOk = await pTimeout(database.run(PING, []), { milliseconds: PING_PATIENCE_MS }).then(
    () => true,
    () => false,
  );
  return [
    { name: 'postgresql', ok: databaseOk, ...(!databaseOk && { output: 'The database does not answer.' }) },
    {
      name: settings.redisUrl === undefined ? 'queue' : 'redis',
      ok: queue.healthy(),
      // Redis is a hint: without it the sweep finds the work.
      needed: false,
      ...(!queue.healthy() && { output: 'The queue cannot be reached; work goes on by the sweep.' }),
    },
    { name: 'workers', ok: settings.role === 'api' || runtime.works },
  ];
}

async function testConnection(runtime: HubRuntime, connectionId: string): Promise<readonly CheckStep[] | undefined> {
  const connection = runtime.topology.runtime(connectionId);
  if (!connection) return undefined;
  if (!connection.connector.check)
    return [
      {
        step: 'settings',
        ok: true,
        message: {
          en: 'The settings are complete; this connector has no further test.',
          zh: '设置完整；该连接器没有更多检测项。',
        },
      },
    ];
  return connection.connector.check(connection.client.context);
}

function namesOfSecrets(runtime: HubRuntime, connectionId: string): string[] {
  const connection = runtime.topology.runtime(connectionId);
  if (!connection) return [];
  return secretNames(connection.connector.settings).filter((name) => connection.settings[name] !== undefined);
}
