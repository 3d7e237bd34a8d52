import { noteUsedMappings, storeMappingVersion } from '@isthmus/ledger';
import type { Database, FlowMember, PublishedMapping } from '@isthmus/ledger';
import type { BrokenStream, EntityFlow, StreamBinding } from '@isthmus/stages';
import type { ConnectionRuntime } from './connection-runtime.js';
import { brokenStream, entityOf, lastGoodMapping, standInFault } from './last-good-mapping.js';
import type { StreamMapping } from './last-good-mapping.js';
import { beneathHash, documentBeneath, documentInUse, loadStreamMapping } from './mapping-documents.js';
import { layerFaults } from './mapping-faults.js';
import type { TopologyFault } from './topology-fault.js';

/** The mappings of all streams for one reading of the configuration; what is wrong with them it adds to the faults. */
export class StreamMappings {
  private readonly loaded = new Map<string, StreamMapping>();
  private readonly standIns = new Map<string, StreamMapping | undefined>();
  private readonly broken = new Map<string, Map<string, BrokenStream>>();

  constructor(
    private readonly database: Database,
    private readonly published: ReadonlyMap<string, PublishedMapping>,
    private readonly faults: TopologyFault[],
  ) {}

  /** The publication that is in use for a stream; null = the configured or shipped mapping is. */
  publication(connectionId: string, stream: string): number | null {
    return this.published.get(`${connectionId}/${stream}`)?.id ?? null;
  }

  /** Streams of a connection that wait for a usable mapping. */
  brokenOf(connectionId: string): ReadonlyMap<string, BrokenStream> {
    return this.broken.get(connectionId) ?? new Map();
  }

  /** Writing streams of an entity that wait for a usable mapping. */
  brokenTargets(entity: string): NonNullable<EntityFlow['broken']> {
    return [...this.broken.values()].flatMap((streams) =>
      [...streams.values()].filter((stream) => stream.writes && stream.entity === entity),
    );
  }

  /** The mapping in use; where its document is broken, the one with which the stream worked last. */
  async usable(runtime: ConnectionRuntime, stream: string): Promise<StreamMapping | undefined> {
    const loaded = await this.load(runtime, stream);
    if (!loaded || loaded.compiled) return loaded;
    const key = `${runtime.row.id}/${stream}`;
    if (!this.standIns.has(key)) {
      const last = await lastGoodMapping(this.database, runtime, stream);
      this.standIns.set(key, last);
      if (last) this.faults.push(standInFault({ connection: runtime.row.id, stream }, last, loaded));
    }
    return this.standIns.get(key) ?? loaded;
  }

  /** What is told of a stream whose mapping is broken, and what it is owed, waits. */
  keepBroken(
    flow: { readonly entity: string },
    { direction, streams }: FlowMember,
    runtime: ConnectionRuntime,
    name: string,
    loaded: StreamMapping,
  ): void {
    const stream = runtime.streams[name];
    const source = documentInUse(runtime, name, this.published.get(`${runtime.row.id}/${name}`));
    const entity = (source && entityOf(runtime, name, source)) ?? (streams.includes(name) ? flow.entity : undefined);
    if (!stream || entity !== flow.entity) return;
    const where = { connectionId: runtime.row.id, name, stream, entity };
    const ofConnection = this.broken.get(runtime.row.id) ?? new Map<string, BrokenStream>();
    this.broken.set(runtime.row.id, ofConnection.set(name, brokenStream(where, direction, loaded)));
  }

  /** Notes with which versions the streams work now. */
  async noteUsed(now: Date, bindings: ReadonlyMap<string, ReadonlyMap<string, StreamBinding>>): Promise<void> {
    const used = [...bindings.values()].flatMap((streams) =>
      [...streams.values()].map(({ connectionId, name, mappingVersion }) => ({
        connectionId,
        stream: name,
        version: mappingVersion,
      })),
    );
    await noteUsedMappings(this.database, now, used);
  }

  private async load(runtime: ConnectionRuntime, stream: string): Promise<StreamMapping | undefined> {
    const published = this.published.get(`${runtime.row.id}/${stream}`);
    const source = documentInUse(runtime, stream, published);
    if (!source) return undefined;
    const known = this.loaded.get(`${source.origin}:${source.id}`);
    if (known) return known;
    const loaded = loadStreamMapping(runtime, stream, source);
    const { compiled } = loaded;
    const { id, document, origin } = source;
    const version = compiled
      ? await storeMappingVersion(this.database, {
          mapping: id,
          hash: compiled.hash,
          // Of a layer the whole document counts: what it was laid over may change with the next release.
          document: loaded.document ?? document,
          origin,
        })
      : 0;
    if (published) this.tellChangedBeneath(runtime, stream, published);
    else this.faults.push(...layerFaults({ connection: runtime.row.id, stream }, loaded));
    const stored = { ...loaded, version };
    this.loaded.set(`${source.origin}:${source.id}`, stored);
    return stored;
  }

  /** A publication hides what is configured or shipped; when that changes, somebody should look. */
  private tellChangedBeneath(runtime: ConnectionRuntime, stream: string, published: PublishedMapping): void {
    if (beneathHash(runtime, stream) === published.beneathHash) return;
    const what = documentBeneath(runtime, stream)?.origin === 'connection' ? 'configured' : 'shipped';
    this.faults.push({
      code: 'mapping.changed-beneath',
      severity: 'attention',
      connection: runtime.row.id,
      stream,
      message: `The ${what} mapping changed after publication ${published.id}, which stays in use. Compare them, then publish again or roll back.`,
    });
  }
}
