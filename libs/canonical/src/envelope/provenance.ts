import type { Instant } from '../values/instant.js';

/** Who set a field. */
export interface ProvenanceSource {
  readonly connectionId: string;
  readonly changeId: string;
  readonly at: Instant;
  /** Hash of the mapping document, where a mapping was used. */
  readonly mappingVersion?: string;
}

/**
 * Provenance of all fields of a record, each source written once. A field without an entry inherits from its nearest ancestor with one;
 * `""` is the whole body.
 */
export interface CompactProvenance {
  readonly sources: readonly ProvenanceSource[];
  /** JSON Pointer → index into `sources`. */
  readonly fields: { readonly [pointer: string]: number };
}

/** `connectionId` of what the hub computed itself. */
export const hubConnectionId = 'hub';

/** Provenance of a record that nobody has set a field of. */
export const emptyProvenance: CompactProvenance = { sources: [], fields: {} };

/** Who set the field; undefined when nobody is known to have. */
export function provenanceOf(provenance: CompactProvenance, pointer: string): ProvenanceSource | undefined {
  for (let here = pointer; ; here = here.slice(0, here.lastIndexOf('/'))) {
    const index = Object.hasOwn(provenance.fields, here) ? provenance.fields[here] : undefined;
    if (index !== undefined) return provenance.sources[index];
    if (here === '') return undefined;
  }
}

/**
 * The provenance after `source` set the fields at `pointers` with all that is inside them. Entries that say nothing beyond their
 * ancestors and sources that no entry names any more are dropped.
 */
export function withProvenance(
  provenance: CompactProvenance,
  pointers: readonly string[],
  source: ProvenanceSource,
): CompactProvenance {
  const written = outermost(pointers);
  if (written.size === 0) return provenance;
  const sources = [...provenance.sources];
  const index = indexOf(sources, source);
  const entries = Object.entries(provenance.fields).filter(([pointer]) => !isWithin(pointer, written));
  for (const pointer of written) entries.push([pointer, index]);
  return compact(sources, entries);
}

/** Pointers without those that lie inside another. */
function outermost(pointers: readonly string[]): Set<string> {
  const all = new Set(pointers);
  return new Set([...all].filter((pointer) => pointer === '' || !isWithin(parentOf(pointer), all)));
}

function parentOf(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf('/'));
}

function isWithin(pointer: string, pointers: ReadonlySet<string>): boolean {
  for (let here = pointer; ; here = parentOf(here)) {
    if (pointers.has(here)) return true;
    if (here === '') return false;
  }
}

function indexOf(sources: ProvenanceSource[], source: ProvenanceSource): number {
  const known = sources.findIndex(
    (other) =>
      other.connectionId === source.connectionId &&
      other.changeId === source.changeId &&
      other.at === source.at &&
      other.mappingVersion === source.mappingVersion,
  );
  return known >= 0 ? known : sources.push(source) - 1;
}

function compact(
  sources: readonly ProvenanceSource[],
  entries: readonly (readonly [string, number])[],
): CompactProvenance {
  const byPointer = new Map(entries);
  const telling = entries.filter(
    ([pointer, index]) => pointer === '' || inherited(byPointer, parentOf(pointer)) !== index,
  );
  const used = [...new Set(telling.map(([, index]) => index))].sort((a, b) => a - b);
  const renumbered = new Map(used.map((index, position) => [index, position]));
  return {
    sources: used.map((index) => sources[index] as ProvenanceSource),
    fields: Object.fromEntries(
      [...telling]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([pointer, index]) => [pointer, renumbered.get(index) as number]),
    ),
  };
}

function inherited(entries: ReadonlyMap<string, number>, pointer: string): number | undefined {
  for (let here = pointer; ; here = parentOf(here)) {
    const index = entries.get(here);
    if (index !== undefined || here === '') return index;
  }
}
