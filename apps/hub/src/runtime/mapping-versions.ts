import { listMappingVersions } from '@isthmus/ledger';
import type { Database } from '@isthmus/ledger';
import type { CompiledMapping, LoadedMapping, LoadMappingInput, MapEnvironment } from '@isthmus/mapping';
import type { MappingSource } from '@isthmus/stages';
import type { ConnectionRuntime } from './connection-runtime.js';
import {
  beneathHash,
  consoleDocument,
  documentBeneath,
  loadStreamMapping,
  streamMappingInput,
} from './mapping-documents.js';
import type { StreamDocument } from './mapping-documents.js';

const MOST_KEPT = 64;

/** Mapping documents of streams as this process can read them, and stored versions compiled. */
export class MappingVersions {
  private readonly compiled = new Map<string, CompiledMapping>();

  constructor(
    private readonly database: Database,
    private readonly runtime: (connectionId: string) => ConnectionRuntime | undefined,
  ) {}

  /** Names of a connection's streams; undefined = there is no such connection, or it cannot be set up. */
  streams(connectionId: string): readonly string[] | undefined {
    const place = this.runtime(connectionId);
    return place && Object.keys(place.streams);
  }

  /** The configured or shipped document of a stream. */
  beneath(connectionId: string, stream: string): StreamDocument | undefined {
    const place = this.runtime(connectionId);
    return place?.streams[stream] && documentBeneath(place, stream);
  }

  /** Tells whether the configured or shipped document is still the one that something was published over. */
  beneathHash(connectionId: string, stream: string): string {
    const place = this.runtime(connectionId);
    return place ? beneathHash(place, stream) : '';
  }

  /** Reads and checks a document as the mapping of a stream; undefined = there is no such stream. */
  load(connectionId: string, stream: string, document: StreamDocument | string): LoadedMapping | undefined {
    const place = this.runtime(connectionId);
    if (!place?.streams[stream]) return undefined;
    const source = typeof document === 'string' ? consoleDocument(place, stream, document) : document;
    return loadStreamMapping(place, stream, source);
  }

  /** What the mapping library needs to look at a document's rules; undefined = there is no such stream. */
  input(
    connectionId: string,
    stream: string,
    document: StreamDocument | string,
  ): { readonly input: LoadMappingInput; readonly environment: MapEnvironment } | undefined {
    const place = this.runtime(connectionId);
    if (!place?.streams[stream]) return undefined;
    const source = typeof document === 'string' ? consoleDocument(place, stream, document) : document;
    return { input: streamMappingInput(place, stream, source), environment: place.environment };
  }

  /** Gives versions to runs. Versions never change, so the last ones stay compiled. */
  readonly source: MappingSource = async ({ connectionId, stream }, { version, document }) => {
    if (version === null) return document === null ? undefined : this.load(connectionId, stream, document)?.compiled;
    const key = `${connectionId}|${stream}|${version}`;
    const known = this.compiled.get(key);
    if (known) return known;
    const [stored] = await listMappingVersions(this.database, { id: version }, { limit: 1 });
    const place = this.runtime(connectionId);
    if (!stored || stored.document === null || !place) return undefined;
    const { mapping: id, document: text } = stored;
    const loaded = loadStreamMapping(place, stream, { id, file: `${id}.yaml`, document: text, origin: 'console' });
    if (!loaded.compiled) return undefined;
    if (this.compiled.size >= MOST_KEPT) this.compiled.clear();
    this.compiled.set(key, loaded.compiled);
    return loaded.compiled;
  };

  /** Forgets what was compiled: the connections' settings may give their streams other schemas now. */
  forget(): void {
    this.compiled.clear();
  }
}
