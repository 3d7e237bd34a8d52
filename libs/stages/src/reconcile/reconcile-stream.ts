import { entityDefinition, isEntityName } from '@isthmus/canonical';
import { difference } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { comparePage, finishReconcileRun, LANE, markDrifted } from '@isthmus/ledger';
import type { ComparedReplica } from '@isthmus/ledger';
import type { Failure } from '@isthmus/connector-kit';
import type { StageContext } from '../topology/stage-context.js';
import { bindingOf } from '../topology/topology.js';
import type { LiveConnection, StreamBinding } from '../topology/topology.js';
import type { ReadReport } from '../topology/read-report.js';

const PAGE = 500;
const MOST_DIFFERENCES = 1_000;

/** What a comparison counted. */
export interface ReconcileCounts {
  /** Rows that the far side holds. */
  rows: number;
  /** Rows that differ from what the hub last knew: they were merged as changes. */
  changed: number;
  /** Replicas whose native object the far side did not list. */
  missing: number;
  /** Replicas that differ from their record although nothing waits to be delivered. */
  drifted: number;
  /** Drifted replicas whose repair was planned. */
  repaired: number;
}

/** One difference, for the report. */
export interface Difference {
  readonly kind: 'missing' | 'drifted';
  readonly recordId: string;
  readonly nativeId: string;
  /** Native fields that differ, with `drifted`. */
  readonly fields: readonly string[];
}

/** What to compare, under which stored run. `read` reads the stream in full through capture and shows every row. */
export interface ReconcileOrder {
  readonly runId: string;
  readonly connectionId: string;
  readonly stream: string;
  readonly repair: boolean;
  readonly read: (onRows: (rows: readonly { readonly nativeId: string }[]) => void) => Promise<ReadReport>;
  /** Resolves when everything that the read stored is merged. */
  readonly merged: (entity: string) => Promise<void>;
}

/**
 * Compares a stream with the ledger in full: rows that the hub does not know as they are become changes (and so go through the same merge
 * as any other), replicas that differ from their record are reported and, with `repair`, planned for delivery.
 */
export async function reconcileStream(context: StageContext, order: ReconcileOrder): Promise<ReconcileCounts> {
  const connection = context.topology.current().connections.get(order.connectionId);
  const binding = bindingOf(context.topology.current(), order.connectionId, order.stream);
  const counts: ReconcileCounts = { rows: 0, changed: 0, missing: 0, drifted: 0, repaired: 0 };
  const differences: Difference[] = [];
  let failure: Failure | undefined;
  if (connection && binding) {
    const seen = new Set<string>();
    const read = await order.read((rows) => rows.forEach((row) => seen.add(row.nativeId)));
    failure = read.failure;
    counts.rows = read.rows;
    counts.changed = read.stored;
    if (!failure) {
      await order.merged(binding.entity);
      await compare(context, order, connection, binding, { seen, counts, differences });
    }
  }
  await finishReconcileRun(context.database, order.runId, {
    state: failure ? 'failed' : 'done',
    counts,
    differences,
    failure,
    now: context.clock.now(),
  });
  if (counts.repaired > 0) context.hint({ kind: 'deliver', key: order.connectionId });
  return counts;
}

interface Found {
  readonly seen: ReadonlySet<string>;
  readonly counts: ReconcileCounts;
  readonly differences: Difference[];
}

async function compare(
  context: StageContext,
  order: ReconcileOrder,
  connection: LiveConnection,
  binding: StreamBinding,
  found: Found,
): Promise<void> {
  let after = '';
  for (;;) {
    const page = await comparePage(context.database, order.connectionId, order.stream, after, PAGE);
    const drifted = page.flatMap((replica) => compareOne(connection, binding, replica, found));
    if (order.repair && binding.writes) {
      await markDrifted(context.database, order.connectionId, drifted, {
        now: context.clock.now(),
        lane: LANE.reconcile,
      });
      found.counts.repaired += drifted.length;
    }
    if (page.length < PAGE) return;
    after = page.at(-1)?.nativeId ?? after;
  }
}

function compareOne(
  connection: LiveConnection,
  binding: StreamBinding,
  replica: ComparedReplica,
  found: Found,
): { recordId: string; version: number }[] {
  if (!found.seen.has(replica.nativeId)) {
    if (replica.state !== 'gone' && replica.status === 'active') {
      found.counts.missing += 1;
      note(found, { kind: 'missing', recordId: replica.recordId, nativeId: replica.nativeId, fields: [] });
    }
    return [];
  }
  if (replica.state !== 'settled' || replica.status !== 'active' || replica.base === null || !binding.writes) return [];
  const fields = driftOf(connection, binding, replica, JSON.parse(replica.base) as JsonObject);
  if (fields.length === 0) return [];
  found.counts.drifted += 1;
  note(found, { kind: 'drifted', recordId: replica.recordId, nativeId: replica.nativeId, fields });
  return [{ recordId: replica.recordId, version: replica.version }];
}

/** Native fields in which the far side differs from the record; references are compared by delivery, which resolves them. */
function driftOf(
  connection: LiveConnection,
  binding: StreamBinding,
  replica: ComparedReplica,
  base: JsonObject,
): string[] {
  const held = binding.mapping.toCanonical(base, connection.environment);
  if (!held.ok) return [];
  const unresolved = (): undefined => undefined;
  const heldBody = isEntityName(binding.entity) ? entityDefinition(binding.entity).derive(held.body) : held.body;
  const holds = binding.mapping.toNative(withoutReferences(heldBody), connection.environment, unresolved);
  const wants = binding.mapping.toNative(
    withoutReferences(replica.body as JsonObject),
    connection.environment,
    unresolved,
  );
  return holds.ok && wants.ok ? Object.keys(flat(difference(wants.row, holds.row))) : [];
}

function withoutReferences(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).filter(
      ([, value]) =>
        !(
          typeof value === 'object' &&
          value !== null &&
          !Array.isArray(value) &&
          ('native' in value || (Object.keys(value).length === 1 && 'id' in value))
        ),
    ),
  );
}

function flat(object: JsonObject, prefix = ''): { [path: string]: true } {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(flat(value, `${prefix}${name}.`))
        : [[`${prefix}${name}`, true]],
    ),
  );
}

function note(found: Found, difference: Difference): void {
  if (found.differences.length < MOST_DIFFERENCES) found.differences.push(difference);
}
