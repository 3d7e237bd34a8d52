import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectorById } from '@isthmus/connectors';
import { loadMapping } from '@isthmus/mapping';
import type { LoadedMapping, LoadMappingInput, MappingFinding } from '@isthmus/mapping';
import { closestWord } from '@isthmus/platform';
import { shippedFolder } from '../../shipped-folder.js';
import type { MappingFile } from './mapping-files.js';

/** A mapping that was read and checked, and whether its native paths could be. */
export interface CheckedMapping extends LoadedMapping {
  readonly file: MappingFile;
  /** False where the native schema is not known without a connection's settings: only the canonical side was checked. */
  readonly nativeChecked: boolean;
}

/** What the mapping library needs to look at a file: its text and, where the connector's streams do not depend on settings, their schema. */
export function mappingInput(file: MappingFile): LoadMappingInput {
  const base = extendedMapping(file);
  const { connector, stream } = placeOf(file);
  const streams = connectorById(connector)?.streams;
  const nativeSchema = typeof streams === 'function' ? undefined : streams?.[stream]?.schema;
  return {
    file: file.shown,
    text: file.text,
    id: `${file.connector}/${file.stream}`,
    ...(base && { base }),
    ...(nativeSchema && { nativeSchema }),
  };
}

const EXTENDS = /^extends:\s*['"]?([a-z0-9-]+)\/([A-Za-z0-9-]+)['"]?\s*(?:#.*)?$/m;

/** What a mapping is for: of a layer, which may lie anywhere, the mapping that it extends says so; of all others their place. */
function placeOf(file: MappingFile): { readonly connector: string; readonly stream: string } {
  const [, connector, stream] = EXTENDS.exec(file.text) ?? [];
  return connector && stream ? { connector, stream } : file;
}

/** The shipped mapping that a layer extends. */
function extendedMapping(file: MappingFile): LoadMappingInput['base'] {
  const [, connector, stream] = EXTENDS.exec(file.text) ?? [];
  const id = `${connector}/${stream}`;
  const path = join(shippedFolder(), 'mappings', `${id}.yaml`);
  if (!connector || !existsSync(path)) return undefined;
  return { id, file: `mappings/${id}.yaml`, text: readFileSync(path, 'utf8') };
}

/**
 * Reads and checks one mapping against the canonical schema and, where the connector's streams do not depend on settings, the native one.
 * A file that the hub would never use, because its connector has no such stream, is an error.
 */
export function loadMappingFile(file: MappingFile): CheckedMapping {
  const place = placeOf(file);
  const connector = connectorById(place.connector);
  const fixed = connector && typeof connector.streams !== 'function' ? connector.streams : undefined;
  const input = mappingInput(file);
  const { nativeSchema } = input;
  const loaded = loadMapping(input);
  if (!fixed || nativeSchema) return { ...loaded, file, nativeChecked: nativeSchema !== undefined };
  return {
    findings: [unknownStream({ ...place, shown: file.shown }, Object.keys(fixed)), ...loaded.findings],
    file,
    nativeChecked: false,
  };
}

function unknownStream(
  { shown, connector, stream }: Pick<MappingFile, 'shown' | 'connector' | 'stream'>,
  known: readonly string[],
): MappingFinding {
  const suggestion = closestWord(stream, known);
  return {
    severity: 'error',
    code: 'mapping.unknown-stream',
    file: shown,
    line: 1,
    column: 1,
    path: '',
    message: {
      en: `the connector ${connector} has no stream "${stream}", and the file's name says which one it is for`,
      zh: `连接器 ${connector} 没有名为“${stream}”的数据流，而文件名决定所属的数据流`,
    },
    ...(suggestion !== undefined && { suggestion }),
  };
}
