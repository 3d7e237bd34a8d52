import type { DecideChange } from '@isthmus/api-contract';
import {
  decideChange,
  keepDespiteDelete,
  LANE,
  loadRecords,
  loadReplicasByNativeId,
  lockMerge,
  markReplicasGone,
  recreateReplicas,
  settleOtherRevivals,
  settleReviewed,
} from '@isthmus/ledger';
import type { ListedChange, Sql } from '@isthmus/ledger';
import { targetsOf } from '@isthmus/stages';
import type { ApiDependencies } from '../dependencies.js';
import { ProblemError } from '../http/problem-error.js';
import type { Principal } from '../http/principal.js';

/** What a decision made due; hinted after the commit. */
export interface DecidedWork {
  readonly kind: 'merge' | 'deliver';
  readonly key: string;
}

/** Whether a change in review is about something deleted: a deletion, or an object that speaks after its own. */
export function concernsDeletion(row: ListedChange): boolean {
  return row.kind === 'delete' || row.reason?.['code'] === 'change.speaks-after-delete';
}

/**
 * Carries out a person's decision about a deletion (keep, keep and make anew there, delete everywhere, archive) or about something that was
 * deleted and speaks again (restore, something new, ignore), in the caller's transaction.
 *
 * @throws ProblemError when the decision does not fit the change, or somebody decided it meanwhile
 */
export async function decideDeleted(
  sql: Sql,
  deps: ApiDependencies,
  row: ListedChange,
  decision: DecideChange,
  caller: Principal,
): Promise<readonly DecidedWork[]> {
  const chosen = Object.keys(decision)[0] ?? '';
  const decide = (row.kind === 'delete' ? DELETIONS : REVIVALS)[chosen];
  if (!decide) throw new ProblemError('change.cannot-decide');
  return decide({ sql, deps, row, caller, now: deps.clock.now() });
}

interface Deciding {
  readonly sql: Sql;
  readonly deps: ApiDependencies;
  readonly row: ListedChange;
  readonly caller: Principal;
  readonly now: Date;
}

type Decide = (deciding: Deciding) => Promise<readonly DecidedWork[]>;

const DELETIONS: { readonly [decision: string]: Decide } = {
  keep: async (deciding) => {
    await keep(deciding);
    return [];
  },
  recreate,
  delete: (deciding) => mergeAs(deciding, { decided: 'propagate' }),
  archive: (deciding) => mergeAs(deciding, { decided: 'archive' }),
};

const REVIVALS: { readonly [decision: string]: Decide } = {
  restore: async (deciding) => {
    const { row } = deciding;
    const record = row.reason?.['record'];
    const known = await isKnownObject(deciding);
    return mergeAs(deciding, { restore: true, ...(!known && typeof record === 'string' && { link: record }) });
  },
  create: async (deciding) => {
    // Its own replica belongs to the record that was deleted: it is that, and can only be restored.
    if (await isKnownObject(deciding)) throw new ProblemError('change.cannot-decide');
    return mergeAs(deciding, { create: true });
  },
  ignore: async ({ sql, row, caller, now }) => {
    const message = {
      en: `Deleted before; ${caller.name} decided that it stays deleted.`,
      zh: `此前已删除；${caller.name} 决定保持删除。`,
    };
    await settled(settleReviewed(sql, row.id, { code: 'change.stays-deleted', message, by: caller.actor }, now));
    await settleOtherRevivals(sql, row, now);
    return [];
  },
};

async function mergeAs({ sql, row, caller, now }: Deciding, reason: object): Promise<readonly DecidedWork[]> {
  if (!(await decideChange(sql, row.id, { ...reason, by: caller.actor })))
    throw new ProblemError('change.already-settled');
  await settleOtherRevivals(sql, row, now);
  return [{ kind: 'merge', key: row.entity }];
}

async function keep({ sql, row, caller, now }: Deciding): Promise<void> {
  const message = {
    en: `Deleted in this system; ${caller.name} decided to keep the record.`,
    zh: `该系统中已删除；${caller.name} 决定保留记录。`,
  };
  await settled(keepDespiteDelete(sql, row.id, { code: 'change.kept', message, by: caller.actor }, now));
  await markReplicasGone(sql, now, [row]);
}

async function recreate(deciding: Deciding): Promise<readonly DecidedWork[]> {
  const { sql, deps, row, now } = deciding;
  await lockMerge(sql, row.entity);
  const [record] = row.recordId === null ? [] : await loadRecords(sql, [row.recordId]);
  const flow = deps.topology.current().flows.get(row.entity);
  const targets = record && flow ? targetsOf(flow, record, LANE.live) : [];
  const there = targets.filter((target) => target.connectionId === row.connectionId && target.creates);
  if (there.length === 0 || record?.status !== 'active') throw new ProblemError('change.cannot-decide');
  await keep(deciding);
  await recreateReplicas(sql, now, there);
  return [{ kind: 'deliver', key: row.connectionId }];
}

async function isKnownObject({ sql, row }: Deciding): Promise<boolean> {
  return (await loadReplicasByNativeId(sql, [row])).length > 0;
}

async function settled(done: Promise<boolean>): Promise<void> {
  if (!(await done)) throw new ProblemError('change.already-settled');
}
