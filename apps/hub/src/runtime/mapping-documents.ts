import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishedMapping } from '@isthmus/ledger';
import { loadMapping } from '@isthmus/mapping';
import type { LoadedMapping, LoadMappingInput } from '@isthmus/mapping';
import type { ConnectionRuntime } from './connection-runtime.js';
import { projectRoot } from './project-root.js';

/** A mapping document of a stream and where it came from. */
export interface StreamDocument {
  /** Name of the mapping in stored versions: `<connector>/<stream>` for the shipped one, else `<connection>/<stream>`. */
  readonly id: string;
  /** Name for findings. */
  readonly file: string;
  readonly document: string;
  readonly origin: 'file' | 'connection' | 'console';
}

type Place = Pick<ConnectionRuntime, 'row' | 'streams'>;

/** The document that a connection's configuration gives for a stream, else the shipped one: what holds where nothing is published. */
export function documentBeneath({ row }: Place, stream: string): StreamDocument | undefined {
  const own = row.mappings[stream];
  if (own !== undefined) {
    const id = `${row.id}/${stream}`;
    return { id, file: `${id} (mapping of the connection)`, document: own, origin: 'connection' };
  }
  return shippedDocument(row.connector, stream);
}

/** The document that comes with a connector. */
export function shippedDocument(connector: string, stream: string): StreamDocument | undefined {
  const id = `${connector}/${stream}`;
  const shipped = join(projectRoot(), 'mappings', connector, `${stream}.yaml`);
  if (!existsSync(shipped)) return undefined;
  return { id, file: `mappings/${id}.yaml`, document: readFileSync(shipped, 'utf8'), origin: 'file' };
}

/** A document that was written in the console or over the API. */
export function consoleDocument({ row }: Place, stream: string, document: string): StreamDocument {
  const id = `${row.id}/${stream}`;
  return { id, file: `${id}.yaml`, document, origin: 'console' };
}

/** The document that is in use: the published one, else the one beneath. */
export function documentInUse(
  place: Place,
  stream: string,
  published: Pick<PublishedMapping, 'effective'> | undefined,
): StreamDocument | undefined {
  return published ? consoleDocument(place, stream, published.effective) : documentBeneath(place, stream);
}

/** Reads and checks a document against the stream's schema; one that `extends` the shipped mapping is laid over it. */
export function loadStreamMapping(place: Place, stream: string, source: StreamDocument): LoadedMapping {
  return loadMapping(streamMappingInput(place, stream, source));
}

/** What the mapping library needs to look at a document of a stream. */
export function streamMappingInput({ row, streams }: Place, stream: string, source: StreamDocument): LoadMappingInput {
  const nativeSchema = streams[stream]?.schema;
  const { id, file, document: text } = source;
  const shipped = source.origin === 'file' ? undefined : shippedDocument(row.connector, stream);
  const base = shipped && { file: shipped.file, text: shipped.document, id: shipped.id };
  return { file, text, id, ...(base && { base }), ...(nativeSchema && { nativeSchema }) };
}

/** Tells whether what lies beneath a publication is still what it was published over; of a layer the whole document counts. */
export function beneathHash(place: Place, stream: string): string {
  const beneath = documentBeneath(place, stream);
  const whole = beneath && (loadStreamMapping(place, stream, beneath).document ?? beneath.document);
  return createHash('sha256')
    .update(whole ?? '')
    .digest('hex');
}
