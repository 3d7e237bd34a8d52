import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type { Logger } from 'pino';

const HIDDEN = '[hidden]';
/** How deep an object is searched for secrets; deeper parts are cut, for a log line is no place for them. */
const MAX_DEPTH = 8;

/** Names whose value is a secret wherever they stand, in any of the spellings that vendors use. */
const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|tokens?$|authorization|cookie|credential|api_?-?key|private_?-?key|secret_?-?key|app_?-?key|encoding_?aes_?key|signature|^sign$|session_?-?key|ticket$/i;
/** User and password in a URL, and secrets in its query. */
const URL_LOGIN = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/?#\s:@]*:[^/?#\s@]*@/gi;
const URL_SECRET = /([?&](?:[a-z_]*(?:token|secret|password|signature|sign|ticket|key))=)[^&#\s"']+/gi;
const BEARER = /\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi;

export interface LoggerOptions {
  readonly level: string;
  /** Stands in every line, such as the process's role. @default none */
  readonly fields?: Readonly<Record<string, string>>;
  /** @default standard output */
  readonly destination?: DestinationStream;
}

/** A logger of JSON lines. Values under secret-looking names, and secrets in URLs and headers, never reach the output. */
export function createLogger({ level, fields = {}, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: fields,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: hideSecretFields },
    serializers: { err: describeError, error: describeError },
    hooks: {
      logMethod(this: Logger, args: Parameters<Logger['info']>, method: (...args: Parameters<Logger['info']>) => void) {
        method.apply(this, args.map(hideInText) as Parameters<Logger['info']>);
      },
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

function hideInText(value: unknown): unknown {
  return typeof value === 'string' ? hideSecretText(value) : value;
}

/** The text without logins in URLs, secrets in query strings and bearer tokens. */
export function hideSecretText(text: string): string {
  return text.replace(URL_LOGIN, `$1${HIDDEN}@`).replace(URL_SECRET, `$1${HIDDEN}`).replace(BEARER, `$1 ${HIDDEN}`);
}

function hideSecretFields(line: Record<string, unknown>): Record<string, unknown> {
  return hideSecrets(line) as Record<string, unknown>;
}

/** A copy of `value` in which secrets are hidden: by the names they stand under, and by their look inside texts. */
export function hideSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return hideSecretText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '[cut]';
  if (value instanceof Error) return describeError(value, depth);
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, isSecret(name, part) ? HIDDEN : hideSecrets(part, depth + 1)]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'boolean' && SECRET_NAME.test(name);
}

/** What an error says, and why, without the request and response that clients hang on it. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return hideSecrets(error, depth);
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: hideSecretText(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.stack ? { stack: hideSecretText(error.stack) } : {}),
    ...(error.cause !== undefined && depth < MAX_DEPTH ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}
