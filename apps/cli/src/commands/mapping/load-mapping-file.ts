import { connectorById } from '@isthmus/connectors';
import { loadMapping } from '@isthmus/mapping';
import type { LoadedMapping, LoadMappingInput, MappingFinding } from '@isthmus/mapping';
import { closestWord } from '@isthmus/platform';
import type { MappingFile } from './mapping-files.js';

/** A mapping that was read and checked, and whether its native paths could be. */
export interface CheckedMapping extends LoadedMapping {
  readonly file: MappingFile;
  /** False where the native schema is not known without a connection's settings: only the canonical side was checked. */
  readonly nativeChecked: boolean;
}

/** What the mapping library needs to look at a file: its text and, where the connector's streams do not depend on settings, their schema. */
export function mappingInput(file: MappingFile): LoadMappingInput {
  const streams = connectorById(file.connector)?.streams;
  const nativeSchema = typeof streams === 'function' ? undefined : streams?.[file.stream]?.schema;
  return {
    file: file.shown,
    text: file.text,
    id: `${file.connector}/${file.stream}`,
    ...(nativeSchema && { nativeSchema }),
  };
}

/**
 * Reads and checks one mapping against the canonical schema and, where the connector's streams do not depend on settings, the native one.
 * A file that the hub would never use, because its connector has no such stream, is an error.
 */
export function loadMappingFile(file: MappingFile): CheckedMapping {
  const connector = connectorById(file.connector);
  const fixed = connector && typeof connector.streams !== 'function' ? connector.streams : undefined;
  const input = mappingInput(file);
  const { nativeSchema } = input;
  const loaded = loadMapping(input);
  if (!fixed || nativeSchema) return { ...loaded, file, nativeChecked: nativeSchema !== undefined };
  return { findings: [unknownStream(file, Object.keys(fixed)), ...loaded.findings], file, nativeChecked: false };
}

function unknownStream({ shown, connector, stream }: MappingFile, known: readonly string[]): MappingFinding {
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
