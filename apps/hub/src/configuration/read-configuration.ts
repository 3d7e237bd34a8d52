import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { newAjv } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import { closestWord } from '@isthmus/platform';
import type { MaintenanceWindow } from '@isthmus/ledger';
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { completeFlow } from './complete-flow.js';
import type { ConfiguredFlow, RawFlow } from './complete-flow.js';
import { configurationSchema } from './configuration.schema.js';

/** Something wrong in the configuration file. */
export interface ConfigurationFault {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

/** The file cannot be used; nothing of it was applied. */
export class ConfigurationError extends Error {
  constructor(
    readonly file: string,
    readonly faults: readonly ConfigurationFault[],
  ) {
    super(
      [
        `The configuration ${file} cannot be used; nothing was changed.`,
        ...faults.map((fault) => `  ${file}:${fault.line}:${fault.column} ${fault.code}: ${fault.message}`),
      ].join('\n'),
    );
    this.name = 'ConfigurationError';
  }
}

/** A connection as the file states it; secrets still among the settings. */
export interface ConfiguredConnection {
  readonly id: string;
  readonly connector: string;
  readonly title: string;
  readonly settings: JsonObject;
  /** Stream → mapping document text. */
  readonly mappings: { readonly [stream: string]: string };
  readonly environment: JsonObject;
  readonly maintenance: readonly MaintenanceWindow[];
}

/** The whole file. */
export interface Configuration {
  readonly file: string;
  readonly connections: readonly ConfiguredConnection[];
  readonly flows: readonly ConfiguredFlow[];
  /** Line and column of a path in the file, for faults that are found later. */
  place(path: readonly (string | number)[]): { line: number; column: number };
}

const LARGEST_FILE = 1_048_576;

/**
 * Reads the configuration file, fills `${NAME}` and `${NAME:-default}` from the environment, and checks its form.
 *
 * @throws ConfigurationError with every fault and its place
 */
export function readConfiguration(
  file: string,
  environment: { readonly [name: string]: string | undefined },
): Configuration {
  const text = readText(file);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const place = placeIn(document, lines);
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      file,
      document.errors.map((error) => ({
        code: 'config.yaml',
        ...lineOf(lines, error.pos[0]),
        path: '',
        message: (error.message.split('\n')[0] ?? '').replace(/ at line.*$/, ''),
      })),
    );
  }
  const faults: ConfigurationFault[] = [];
  const value = fill(plainValue(file, document), environment, [], (path, message, code) =>
    faults.push({ code, ...place(path), path: path.join('.'), message }),
  );
  faults.push(...formFaults(value, place));
  if (faults.length > 0) throw new ConfigurationError(file, faults);
  return complete(file, value as RawConfiguration, place);
}

function readText(file: string): string {
  const at = { line: 1, column: 1, path: '' };
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new ConfigurationError(file, [
      {
        code: 'config.unreadable',
        ...at,
        message: 'The file cannot be read. Check the path in ISTHMUS_CONFIG and its rights.',
      },
    ]);
  }
  if (bytes.length > LARGEST_FILE)
    throw new ConfigurationError(file, [
      { code: 'config.too-large', ...at, message: 'The file is larger than 1 MiB.' },
    ]);
  const text = bytes.toString('utf8');
  if (text.includes('\u0000') || text.includes('\ufffd'))
    throw new ConfigurationError(file, [{ code: 'config.encoding', ...at, message: 'The file is not UTF-8 text.' }]);
  return text;
}

type Path = readonly (string | number)[];
type Place = (path: Path) => { line: number; column: number };

function lineOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function placeIn(document: Document, lines: LineCounter): Place {
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true) as
        { range?: [number, number, number] | null } | undefined;
      if (node?.range) return lineOf(lines, node.range[0]);
    }
    return { line: 1, column: 1 };
  };
}

type Complain = (path: Path, message: string, code: string) => void;

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** The document as plain values. Aliases that multiply, or that hold themselves, are refused before anything walks through them. */
function plainValue(file: string, document: Document): unknown {
  const fault = {
    code: 'config.alias',
    line: 1,
    column: 1,
    path: '',
    message: 'The aliases (*name) multiply without end. Write the values out.',
  };
  try {
    const value: unknown = document.toJS({ maxAliasCount: 50 });
    JSON.stringify(value);
    return value;
  } catch {
    throw new ConfigurationError(file, [fault]);
  }
}

function fill(
  value: unknown,
  environment: { readonly [name: string]: string | undefined },
  path: Path,
  complain: Complain,
): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(VARIABLE, (_match, name: string, otherwise: string | undefined) => {
      const found = environment[name] ?? otherwise;
      if (found === undefined)
        complain(
          path,
          `The environment variable ${name} is not set. Set it, or write \${${name}:-default}.`,
          'config.unset-variable',
        );
      return found ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => fill(item, environment, [...path, index], complain));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        complain([...path, key], `The key ${key} is not allowed.`, 'config.dangerous-key');
      return [key, fill(item, environment, [...path, key], complain)];
    }),
  );
}

const validate = newAjv().compile(configurationSchema);

function formFaults(value: unknown, place: Place): ConfigurationFault[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => {
    const path = error.instancePath
      .split('/')
      .slice(1)
      .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
    const extra = (error.params as { additionalProperty?: string }).additionalProperty;
    const at = extra === undefined ? path : [...path, extra];
    return {
      code: 'config.form',
      ...place(at),
      path: at.join('.'),
      message: formMessage(error.message ?? 'is not allowed', at, extra, error.params as { allowedValues?: unknown[] }),
    };
  });
}

const KNOWN_KEYS = [
  'connections',
  'flows',
  'id',
  'connector',
  'title',
  'settings',
  'mappings',
  'environment',
  'entity',
  'members',
  'policy',
  'connection',
  'streams',
  'direction',
  'create',
  'default',
  'fields',
  'deletes',
  'revive',
  'deleteBrake',
  'count',
  'share',
  'windowMinutes',
  'detectDeletes',
  'reconcile',
  'every',
  'repair',
  'afterOutage',
  'match',
  'firstSync',
  'ranking',
  'clockSkewSeconds',
  'resolve',
  'owner',
  'strict',
  'doubles',
  'timeZone',
  'currency',
  'country',
  'lookups',
  'allowHosts',
  'maintenance',
  'days',
  'from',
  'to',
];

function formMessage(
  message: string,
  path: Path,
  extra: string | undefined,
  params: { allowedValues?: unknown[] },
): string {
  if (extra !== undefined) {
    const near = closestWord(extra, KNOWN_KEYS);
    return `There is no setting ${path.join('.')}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
  }
  const allowed = params.allowedValues ? `: ${params.allowedValues.join(', ')}` : '';
  return `${path.join('.') || 'The file'} ${message}${allowed}.`;
}

interface RawConfiguration {
  readonly connections: readonly {
    id: string;
    connector: string;
    title?: string;
    settings?: JsonObject;
    mappings?: { [stream: string]: string };
    environment?: JsonObject;
    maintenance?: MaintenanceWindow[];
  }[];
  readonly flows: readonly RawFlow[];
}

function complete(file: string, raw: RawConfiguration, place: Place): Configuration {
  const faults: ConfigurationFault[] = [];
  const connections = raw.connections.map((connection, index) => ({
    id: connection.id,
    connector: connection.connector,
    title: connection.title ?? connection.id,
    settings: connection.settings ?? {},
    mappings: readMappings(file, connection.mappings ?? {}, (stream, message) =>
      faults.push({
        code: 'config.mapping',
        ...place(['connections', index, 'mappings', stream]),
        path: `connections.${index}.mappings.${stream}`,
        message,
      }),
    ),
    environment: connection.environment ?? {},
    maintenance: connection.maintenance ?? [],
  }));
  if (faults.length > 0) throw new ConfigurationError(file, faults);
  return { file, connections, flows: raw.flows.map(completeFlow), place };
}

function readMappings(
  file: string,
  mappings: { readonly [stream: string]: string },
  complain: (stream: string, message: string) => void,
): { [stream: string]: string } {
  return Object.fromEntries(
    Object.entries(mappings).map(([stream, path]) => {
      try {
        return [stream, readFileSync(resolve(dirname(file), path), 'utf8')];
      } catch {
        complain(stream, `The mapping file ${path} cannot be read (it is looked for beside the configuration file).`);
        return [stream, ''];
      }
    }),
  );
}
