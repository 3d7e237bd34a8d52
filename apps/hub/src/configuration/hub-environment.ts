import type { EnvironmentSlice } from '@isthmus/platform';

/** Settings of the hub's HTTP face and its fault tests. */
export interface HubSettings {
  /** Address to listen on. */
  readonly host: string;
  /** Origin by which senders of webhooks reach the hub, where a proxy stands before it. */
  readonly publicUrl?: string;
  /** Folder below which `files` connections read and write. @default `files` in the data folder */
  readonly filesDir?: string;
  /** Days after which a settled change is forgotten. @default 90 */
  readonly keepChangesDays?: number;
  /** Days after which a try of a delivery is forgotten. @default 30 */
  readonly keepAttemptsDays?: number;
  /** Days after which the payloads of settled changes and of tries are dropped. @default 14 */
  readonly keepPayloadsDays?: number;
  /** Where fault tests stop the process; see workers/failpoints.ts. */
  readonly failpoint?: string;
}

/** The variables of `HubSettings`. */
export const hubEnvironment: EnvironmentSlice<HubSettings> = {
  variables: {
    ISTHMUS_HOST: {
      setting: 'host',
      schema: { type: 'string', default: '127.0.0.1' },
      help: 'the address to listen on; 0.0.0.0 for all (put a proxy with TLS before it).',
    },
    ISTHMUS_PUBLIC_URL: {
      setting: 'publicUrl',
      schema: { type: 'string', pattern: '^https?://[^/]+/?$' },
      help: 'the origin by which webhook senders reach the hub, such as https://hub.example.com.',
    },
    ISTHMUS_FILES: {
      setting: 'filesDir',
      schema: { type: 'string' },
      help: 'the folder for Excel and CSV files of `files` connections; by default `files` in the data folder.',
    },
    ISTHMUS_KEEP_CHANGES_DAYS: {
      setting: 'keepChangesDays',
      schema: { type: 'integer', minimum: 1, maximum: 3_650 },
      help: 'days after which a settled change is forgotten; records and their versions are kept (90 unless given).',
    },
    ISTHMUS_KEEP_ATTEMPTS_DAYS: {
      setting: 'keepAttemptsDays',
      schema: { type: 'integer', minimum: 1, maximum: 3_650 },
      help: 'days after which a try of a delivery is forgotten (30 unless given).',
    },
    ISTHMUS_KEEP_PAYLOADS_DAYS: {
      setting: 'keepPayloadsDays',
      schema: { type: 'integer', minimum: 1, maximum: 3_650 },
      help: 'days after which the payloads of settled changes and of tries are dropped, but not what came of them (14 unless given).',
    },
    ISTHMUS_FAILPOINT: {
      setting: 'failpoint',
      schema: { type: 'string', pattern: '^[a-z-]+(:\\d+)?(@.+)?$' },
      help: 'only for fault tests: where the process stops itself.',
    },
  },
};
