import { findRecordsUnderReview, isFirstReadFinished } from '@isthmus/ledger';
import type { ClaimedReplica, ReplicaOutcome } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection } from '../topology/topology.js';
import { isOpen, outcomeOf } from './outcomes.js';

const finished = new WeakMap<StageContext, Set<string>>();

/**
 * Nothing is created in a system before the hub has read what the system holds, and nothing that an open identity review there may be:
 * otherwise two systems that both know a customer would each get the other's as a double. Splits off the creates that must wait.
 */
export async function splitByFirstRead(
  context: StageContext,
  connection: LiveConnection,
  claimed: readonly ClaimedReplica[],
): Promise<{ ready: readonly ClaimedReplica[]; early: readonly ReplicaOutcome[] }> {
  const creates = claimed.filter((replica) => replica.nativeId === null);
  if (creates.length === 0) return { ready: claimed, early: [] };
  const unread = new Set<string>();
  for (const entity of new Set(creates.map((replica) => replica.entity)))
    if (!(await isRead(context, connection, entity))) unread.add(entity);
  const reviewed = await findRecordsUnderReview(context.database, connection.id);
  const reasonFor = (replica: ClaimedReplica): typeof FIRST_READ | undefined => {
    if (replica.nativeId !== null) return undefined;
    // One that may be there already is asked for: rows that wait to learn what became of it would otherwise keep the read unfinished for ever.
    if (unread.has(replica.entity) && !isOpen(replica)) return FIRST_READ;
    return reviewed.has(replica.recordId) ? UNDER_REVIEW : undefined;
  };
  const now = context.clock.now().getTime();
  return {
    ready: claimed.filter((replica) => reasonFor(replica) === undefined),
    early: claimed.flatMap((replica) => {
      const failure = reasonFor(replica);
      if (!failure) return [];
      return [outcomeOf(replica, { state: 'pending', dueAt: new Date(now + failure.lookAgainMs), lane: 0, failure })];
    }),
  };
}

async function isRead(context: StageContext, connection: LiveConnection, entity: string): Promise<boolean> {
  const known = finished.get(context) ?? new Set<string>();
  finished.set(context, known);
  const streams = [...connection.streams.values()].filter(
    (binding) => binding.entity === entity && binding.reads && binding.stream.read !== undefined,
  );
  const names = streams.map((binding) => binding.name);
  const key = `${connection.id}|${entity}|${names.join(',')}`;
  if (known.has(key)) return true;
  const done = await isFirstReadFinished(context.database, connection.id, names, entity);
  if (done) known.add(key);
  return done;
}

const FIRST_READ = {
  lookAgainMs: 1_000,
  kind: 'transient',
  code: 'delivery.first-read',
  message: {
    en: 'Waits until the hub has read this system once, so that nothing is created twice.',
    zh: '等待首次读取该系统完成，以免重复创建。',
  },
};

const UNDER_REVIEW = {
  lookAgainMs: 10_000,
  kind: 'transient',
  code: 'delivery.under-review',
  message: {
    en: 'This system holds something that may be the same; decide the identity review first.',
    zh: '该系统中存在疑似相同的数据，请先处理身份审核。',
  },
};
