import { readEnvironment } from './environment.js';
import type { CheckedEnvironment, EnvironmentSlice } from './environment.js';

/** Which work a process does: answers requests, moves data, or both. */
export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The settings of a process of the hub. */
export interface PlatformSettings {
  /** TCP port of the HTTP API and the console. */
  readonly port: number;
  /** Folder of everything the hub keeps on disk: embedded database, key file. */
  readonly dataDir: string;
  readonly role: Role;
  readonly logLevel: LogLevel;
  /** Key of the first administrator for the API. */
  readonly apiKey?: string;
  /** PostgreSQL to use in place of the embedded one. */
  readonly databaseUrl?: string;
  /** Redis for the queue; without it PostgreSQL is the queue. */
  readonly redisUrl?: string;
  /** File of connections, flows and mappings to load at start. */
  readonly configFile?: string;
  /** Key ring for stored secrets, in place of the key file. */
  readonly secretKey?: string;
}

/** The variables of `PlatformSettings`. */
export const platformEnvironment: EnvironmentSlice<PlatformSettings> = {
  variables: {
    PORT: {
      setting: 'port',
      schema: { type: 'integer', minimum: 0, maximum: 65535, default: 3000 },
      help: 'the TCP port to listen on, a whole number up to 65535 (0 takes any free one).',
    },
    ISTHMUS_DATA: {
      setting: 'dataDir',
      schema: { type: 'string', default: '.isthmus' },
      help: 'the folder for the embedded database and the key file.',
    },
    ISTHMUS_ROLE: {
      setting: 'role',
      schema: { type: 'string', enum: ROLES, default: 'all' },
      help: 'what this process does: "api", "worker" or "all".',
    },
    ISTHMUS_LOG: {
      setting: 'logLevel',
      schema: { type: 'string', enum: LOG_LEVELS, default: 'info' },
      help: `how much is logged: one of ${LOG_LEVELS.join(', ')}.`,
    },
    ISTHMUS_API_KEY: {
      setting: 'apiKey',
      schema: { type: 'string', minLength: 16, pattern: '^[\\x21-\\x7e]+$' },
      help: 'the first API key, at least 16 visible ASCII characters (make one with "openssl rand -hex 24").',
      secret: true,
    },
    DATABASE_URL: {
      setting: 'databaseUrl',
      schema: { type: 'string', pattern: '^postgres(ql)?://.+' },
      help: 'the PostgreSQL server to use, as postgresql://user:password@host:5432/database. Leave it out for the embedded one.',
      secret: true,
    },
    REDIS_URL: {
      setting: 'redisUrl',
      schema: { type: 'string', pattern: '^rediss?://.+' },
      help: 'the Redis server for the queue, as redis://host:6379. Leave it out to let PostgreSQL be the queue.',
      secret: true,
    },
    ISTHMUS_CONFIG: {
      setting: 'configFile',
      schema: { type: 'string' },
      help: 'the YAML file of connections and flows to load at start.',
    },
    ISTHMUS_SECRET_KEY: {
      setting: 'secretKey',
      schema: { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=( *, *[A-Za-z0-9+/]{43}=)*$' },
      help:
        'the key for stored secrets, 32 bytes in base64 (make one with "openssl rand -base64 32"); ' +
        'to rotate, put the new one in front: new,old.',
      secret: true,
    },
  },
};

/**
 * Reads the settings of a process: the platform's own and those of the libraries handed in, checked together once.
 * Throws EnvironmentError that lists every fault with its cure.
 */
export function readConfig<T extends Record<string, object>>(
  env: Readonly<Record<string, string | undefined>>,
  slices: { readonly [K in keyof T]: EnvironmentSlice<T[K]> },
): CheckedEnvironment<T & { platform: PlatformSettings }> {
  type All = T & { platform: PlatformSettings };
  return readEnvironment<All>(env, { ...slices, platform: platformEnvironment } as {
    readonly [K in keyof All]: EnvironmentSlice<All[K]>;
  });
}
