import { entityNames, isEntityName } from '@isthmus/canonical';
import { resolveStreams, secretNames, validateSettings } from '@isthmus/connector-kit';
import type { Connector, JsonObject } from '@isthmus/connector-kit';
import { Connection, upsertConnection, upsertFlow } from '@isthmus/ledger';
import type { Database, MaintenanceWindow } from '@isthmus/ledger';
import { closestWord } from '@isthmus/platform';
import type { SecretBox } from '@isthmus/platform';
import { secretsPlace } from '../runtime/connection-runtime.js';
import { isTimeZone } from '../runtime/maintenance.js';
import { policyFaults } from './policy-faults.js';
import { ConfigurationError } from './read-configuration.js';
import type { ConfiguredFlow } from './complete-flow.js';
import type { Configuration, ConfigurationFault, ConfiguredConnection } from './read-configuration.js';

/** What applying needs. */
export interface ApplyParts {
  readonly database: Database;
  readonly box: SecretBox;
  readonly connectors: readonly Connector[];
}

/**
 * Brings the ledger's connections and flows to what the file says, all or nothing. What the file does not name stays as it is: removing a
 * connection is a decision of its own.
 *
 * @throws ConfigurationError with every fault and its place; then nothing was changed
 */
export async function applyConfiguration(parts: ApplyParts, configuration: Configuration): Promise<void> {
  const faults = [
    ...configuration.connections.flatMap((connection, index) =>
      connectionFaults(parts, configuration, connection, index),
    ),
    ...configuration.flows.flatMap((flow, index) => flowFaults(parts, configuration, flow, index)),
  ];
  if (faults.length > 0) throw new ConfigurationError(configuration.file, faults);
  const stored = await parts.database.dataSource.getRepository(Connection).find();
  const known = new Map(stored.map((connection) => [connection.id, connection]));
  await parts.database.transaction(async (sql) => {
    for (const connection of configuration.connections) {
      const declared = declare(parts, connection);
      if (!isUnchanged(parts.box, known.get(connection.id), declared))
        await upsertConnection(sql, { ...declared, secrets: seal(parts.box, connection.id, declared.secrets) });
    }
    for (const flow of configuration.flows) await upsertFlow(sql, flow);
  });
}

interface Declared {
  readonly id: string;
  readonly connector: string;
  readonly title: string;
  readonly settings: JsonObject;
  readonly secrets: JsonObject;
  readonly mappings: object;
  readonly environment: object;
  readonly maintenance: readonly MaintenanceWindow[];
}

function declare({ connectors }: ApplyParts, connection: ConfiguredConnection): Declared {
  const connector = connectors.find((candidate) => candidate.id === connection.connector) as Connector;
  const names = new Set(secretNames(connector.settings));
  const split = (secret: boolean): JsonObject =>
    Object.fromEntries(Object.entries(connection.settings).filter(([name]) => names.has(name) === secret));
  const { id, title, mappings, environment, maintenance } = connection;
  return {
    id,
    connector: connection.connector,
    title,
    settings: split(false),
    secrets: split(true),
    mappings,
    environment,
    maintenance,
  };
}

/** The same declaration must not make a new version: a restart would drop tokens and sockets of every process. */
function isUnchanged(box: SecretBox, stored: Connection | undefined, declared: Declared): boolean {
  if (!stored || (stored.secrets !== null && box.isStale(stored.secrets))) return false;
  const secrets =
    stored.secrets === null ? {} : (JSON.parse(box.open(stored.secrets, secretsPlace(stored.id))) as JsonObject);
  const text = (value: readonly unknown[]): string => JSON.stringify(value, sorted);
  return (
    text([
      stored.connector,
      stored.title,
      stored.settings,
      secrets,
      stored.mappings,
      stored.environment,
      stored.maintenance,
    ]) ===
    text([
      declared.connector,
      declared.title,
      declared.settings,
      declared.secrets,
      declared.mappings,
      declared.environment,
      declared.maintenance,
    ])
  );
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function seal(box: SecretBox, connectionId: string, secrets: JsonObject): string | null {
  return Object.keys(secrets).length === 0 ? null : box.seal(JSON.stringify(secrets), secretsPlace(connectionId));
}

function connectionFaults(
  parts: ApplyParts,
  configuration: Configuration,
  connection: ConfiguredConnection,
  index: number,
): ConfigurationFault[] {
  const at = ['connections', index] as const;
  const connector = parts.connectors.find((candidate) => candidate.id === connection.connector);
  if (!connector) {
    const ids = parts.connectors.map((candidate) => candidate.id);
    const near = closestWord(connection.connector, ids);
    const message = `There is no connector named ${connection.connector}.${near === undefined ? ` There are: ${ids.join(', ')}.` : ` Did you mean ${near}?`}`;
    return [
      {
        code: 'config.unknown-connector',
        ...configuration.place([...at, 'connector']),
        path: [...at, 'connector'].join('.'),
        message,
      },
    ];
  }
  const zones = connection.maintenance.flatMap(({ timeZone }, window) => {
    if (timeZone === undefined || isTimeZone(timeZone)) return [];
    const path = [...at, 'maintenance', window, 'timeZone'];
    const message = `There is no time zone named ${timeZone}. Use an IANA name such as Asia/Shanghai.`;
    return [{ code: 'config.time-zone', ...configuration.place(path), path: path.join('.'), message }];
  });
  const settings = validateSettings(connector, connection.settings).map((fault) => {
    const path = [...at, 'settings', ...fault.path.split('/').filter((segment) => segment !== '')];
    return { code: 'config.settings', ...configuration.place(path), path: path.join('.'), message: fault.message.en };
  });
  return [...settings, ...zones];
}

function flowFaults(
  parts: ApplyParts,
  configuration: Configuration,
  flow: ConfiguredFlow,
  index: number,
): ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  const complain = (path: readonly (string | number)[], code: string, message: string): void => {
    const full = ['flows', index, ...path];
    faults.push({ code, ...configuration.place(full), path: full.join('.'), message });
  };
  if (!isEntityName(flow.entity))
    complain(
      ['entity'],
      'config.unknown-entity',
      `There is no entity named ${flow.entity}. There are: ${entityNames.join(', ')}.`,
    );
  if (configuration.flows.findIndex((other) => other.entity === flow.entity) !== index)
    complain(['entity'], 'config.second-flow', `Another flow moves ${flow.entity} already; join them in one.`);
  flow.members.forEach((member, at) => {
    const connection = configuration.connections.find((candidate) => candidate.id === member.connection);
    if (!connection)
      return complain(
        ['members', at, 'connection'],
        'config.unknown-connection',
        `There is no connection named ${member.connection}.`,
      );
    const connector = parts.connectors.find((candidate) => candidate.id === connection.connector);
    if (!connector || validateSettings(connector, connection.settings).length > 0) return;
    const streams = Object.keys(resolveStreams(connector, connection.settings));
    member.streams.forEach((stream, place) => {
      if (streams.includes(stream)) return;
      const near = closestWord(stream, streams);
      complain(
        ['members', at, 'streams', place],
        'config.unknown-stream',
        `${connection.id} has no stream ${stream}.${near === undefined ? ` It has: ${streams.join(', ')}.` : ` Did you mean ${near}?`}`,
      );
    });
  });
  for (const { path, code, message } of policyFaults(flow)) complain(path, code, message);
  return faults;
}
