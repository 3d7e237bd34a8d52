import type { PairReplica, RecordMerge, ReplicaPlace } from '@isthmus/ledger';
import { nativeText } from './attribute-changes.js';
import type { Torn } from './torn-records.js';

/** Where the copies of two records go when they are taken apart. */
export interface Placing {
  readonly places: readonly ReplicaPlace[];
  readonly dropped: readonly { readonly recordId: string; readonly connectionId: string }[];
  readonly lost: readonly { readonly connectionId: string; readonly nativeId: string }[];
  readonly since: readonly { readonly connectionId: string; readonly nativeId: string }[];
}

/** Gives every native object back to the record that it was of, unless something newer has its place. */
export function planPlaces({ merge, survivor, other, replicas }: Torn, version: number): Placing {
  const { ofOther, parked } = merge.undo;
  const known = new Map(replicas.map((replica) => [nativeText(replica), replica]));
  const wanted = [
    ...ofOther.map((native) => ({ native, recordId: other.id })),
    ...parked.map((native) => ({ native, recordId: survivor.id })),
  ];
  const moving = new Set(wanted.map(({ native }) => nativeText(native)));
  const rest = replicas.filter((replica) => replica.nativeId !== null && !moving.has(nativeText(replica)));
  const isTaken = (recordId: string, connectionId: string): boolean =>
    rest.some((replica) => replica.recordId === recordId && replica.connectionId === connectionId);
  const fits = ({ native, recordId }: (typeof wanted)[number]): boolean =>
    known.has(nativeText(native)) && !isTaken(recordId, native.connectionId);
  const places = wanted
    .filter(fits)
    .map(({ native, recordId }) => ({ ...native, recordId, version, role: 'followed' as const }));
  return {
    places,
    dropped: places.map(({ recordId, connectionId }) => ({ recordId, connectionId })),
    lost: wanted.filter((place) => !fits(place)).map(({ native }) => shortened(native)),
    since: rest.filter((replica) => replica.evidence !== null && !wasBefore(replica, merge)).map(shortened),
  };
}

/** Whether a copy was the survivor's before the merge already. */
function wasBefore(replica: PairReplica, { report }: RecordMerge): boolean {
  const before = Array.isArray(report['replicas'])
    ? (report['replicas'] as { nativeId: string; connectionId: string }[])
    : [];
  return before.some((row) => row.connectionId === replica.connectionId && row.nativeId === replica.nativeId);
}

function shortened({ connectionId, nativeId }: { connectionId: string; nativeId: string | null }): {
  connectionId: string;
  nativeId: string;
} {
  return { connectionId, nativeId: nativeId ?? '' };
}
