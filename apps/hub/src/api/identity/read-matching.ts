import type { MatchingReport } from '@isthmus/api-contract';
import { contentHash } from '@isthmus/json';
import type { Json } from '@isthmus/json';
import { countAlone, countLinks, countOpenChanges, isFirstReadFinished } from '@isthmus/ledger';
import type { ListedFlow, OpenCount } from '@isthmus/ledger';
import { foreseeWrites } from '@isthmus/stages';
import type { Topology } from '@isthmus/stages';
import type { ApiDependencies } from '../dependencies.js';
import { iso, isoOrNull } from '../http/exchange.js';

const SAMPLES = 10;

/**
 * What matching a flow's members has come to and what delivery would write now, worked out from the ledger at this moment: the same
 * mapping, comparison and gates as delivery, so that the counts are what then happens.
 */
export async function readMatching(deps: ApiDependencies, flow: ListedFlow): Promise<MatchingReport> {
  const { database, clock } = deps;
  const { entity } = flow;
  const topology = deps.topology.current();
  const streams = await readStreams(deps, topology, entity);
  const links = await countLinks(database, entity, SAMPLES);
  const alone = await countAlone(database, entity, SAMPLES);
  const open = await countOpenChanges(database, entity, SAMPLES);
  const targets = [...(topology.flows.get(entity)?.targets ?? [])];
  const writes: MatchingReport['writes'][number][] = [];
  for (const [connectionId] of targets)
    writes.push({ connectionId, ...(await foreseeWrites(database, topology, connectionId, entity)) });
  const creating = targets.filter(([, bindings]) => bindings.some((binding) => binding.creates)).map(([id]) => id);
  const report = {
    flowId: flow.id,
    entity,
    at: iso(clock.now()),
    awaitsConfirmationSince: isoOrNull(flow.awaitsSince),
    complete: streams.every((stream) => stream.read) && !open.some(isOnItsWay),
    streams,
    linked: { count: links.reduce((sum, link) => sum + link.count, 0), by: links },
    unmatched: alone.map((row) => ({ ...row, wouldCreateIn: creating.filter((id) => id !== row.connectionId) })),
    ambiguous: ofKind(open, 'ambiguous'),
    contradictions: ofKind(open, 'contradiction'),
    duplicates: ofKind(open, 'duplicate'),
    notMatched: open.filter((row) => row.kind === null).map(({ kind: _none, ...row }) => row),
    writes,
  };
  const { at: _at, streams: _streams, awaitsConfirmationSince: _since, ...counted } = report;
  return { ...report, digest: contentHash(counted as unknown as Json).slice(0, 32) };
}

/** Waits only until a create is known, not for a person. */
function isOnItsWay({ state, kind }: OpenCount): boolean {
  return state === 'waiting' && kind === null;
}

function ofKind(open: readonly OpenCount[], kind: OpenCount['kind']): MatchingReport['ambiguous'] {
  return open
    .filter((row) => row.kind === kind)
    .map(({ connectionId, count, samples }) => ({ connectionId, count, samples }));
}

async function readStreams(
  { database }: ApiDependencies,
  topology: Topology,
  entity: string,
): Promise<MatchingReport['streams']> {
  const streams: MatchingReport['streams'][number][] = [];
  for (const connection of topology.connections.values()) {
    for (const binding of connection.streams.values()) {
      if (binding.entity !== entity || !binding.reads) continue;
      const names = binding.stream.read ? [binding.name] : [];
      const read = await isFirstReadFinished(database, connection.id, names, entity);
      streams.push({ connectionId: connection.id, stream: binding.name, read });
    }
  }
  return streams;
}
