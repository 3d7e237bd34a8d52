import type { Failure } from '@isthmus/connector-kit';
import { nextStep } from '@isthmus/decide';
import { LANE } from '@isthmus/ledger';
import type { ClaimedReplica, ReplicaOutcome } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';

/** An outcome that keeps everything but what is given. */
export function outcomeOf(
  replica: ClaimedReplica,
  change: Partial<ReplicaOutcome> & Pick<ReplicaOutcome, 'state'>,
): ReplicaOutcome {
  return {
    recordId: replica.recordId,
    deliveredVersion: null,
    nativeId: null,
    nativeVersion: null,
    base: null,
    baseHash: null,
    knownBaseHash: replica.baseHash,
    modifiedAt: null,
    dueAt: null,
    lane: LANE.retry,
    attempts: replica.attempts,
    outcomeUnknown: isOpen(replica),
    triedVersions: replica.triedVersions,
    failure: null,
    blockedOn: null,
    written: false,
    ...change,
  };
}

/** The far side holds what the record says already. */
export function upToDate(replica: ClaimedReplica): ReplicaOutcome {
  return outcomeOf(replica, {
    state: 'settled',
    deliveredVersion: replica.recordVersion,
    attempts: 0,
    outcomeUnknown: false,
  });
}

/** Waits until another record exists in the connection. */
export function blockedOn(replica: ClaimedReplica, recordId: string, entity: string): ReplicaOutcome {
  const message = {
    en: `Waits until the ${entity} it refers to exists in this system.`,
    zh: `等待其引用的${entity}先在该系统中建立。`,
  };
  return outcomeOf(replica, {
    state: 'blocked',
    blockedOn: recordId,
    failure: { kind: 'missing-reference', code: 'delivery.blocked', message },
  });
}

const MERGE_MS = 200;

/** Waits a moment until what the connection told of its copy is merged. */
export function awaitsMerge(replica: ClaimedReplica, now: Date): ReplicaOutcome {
  return outcomeOf(replica, { state: 'pending', dueAt: new Date(now.getTime() + MERGE_MS), lane: LANE.live });
}

/** Waits for a person's decision about a conflict with this connection. */
export function openConflict(replica: ClaimedReplica): ReplicaOutcome {
  const message = {
    en: 'A conflict with this system waits for a decision; nothing is written over it meanwhile.',
    zh: '与该系统存在待裁决的冲突，裁决前不会覆盖其数据。',
  };
  return outcomeOf(replica, {
    state: 'blocked',
    failure: { kind: 'conflict', code: 'delivery.open-conflict', message },
  });
}

/** Waits as a dead letter for a person. */
export function deadLetter(replica: ClaimedReplica, failure: object): ReplicaOutcome {
  return outcomeOf(replica, { state: 'dead', failure, attempts: replica.attempts + 1 });
}

/**
 * Nobody knows what became of an earlier try: it was never answered, or its worker died with it in hand. A row that may be that create must
 * not be taken for a new one meanwhile, also where this time nothing is called.
 */
export function isOpen({ nativeId, claims, outcomeUnknown }: ClaimedReplica): boolean {
  return outcomeUnknown || (nativeId === null && claims > 1);
}

/** A create of this replica went out before and may have taken effect. */
export function mayExist(replica: ClaimedReplica): boolean {
  return replica.nativeId === null && (replica.outcomeUnknown || replica.triedVersions.length > 0);
}

/** Which versions may have taken effect without an answer, after this failure of another try. */
function triedAfter(replica: ClaimedReplica, failure: Failure): readonly number[] {
  switch (failure.kind) {
    case 'unknown':
    case 'contract':
      return withThisTry(replica);
    case 'transient':
      return neverLeft(failure) ? replica.triedVersions : withThisTry(replica);
    case 'rate-limited':
    case 'auth':
    case 'conflict':
      return replica.triedVersions;
    case 'invalid':
    case 'gone':
    case 'missing-reference':
      // A create that is refused does not exist; an update that is refused says nothing of the one before it.
      return replica.nativeId === null ? [] : replica.triedVersions;
  }
}

function withThisTry({ nativeId, triedVersions, recordVersion }: ClaimedReplica): readonly number[] {
  const isKnown = triedVersions.includes(recordVersion) || (nativeId === null && triedVersions.length > 0);
  return isKnown ? triedVersions : [...triedVersions, recordVersion];
}

function neverLeft(failure: Failure): boolean {
  return failure.code === 'http.breaker-open' || failure.details?.['started'] === false;
}

/** Turns a failure into what happens next with the replica. */
export function afterFailure(context: StageContext, replica: ClaimedReplica, failure: Failure): ReplicaOutcome {
  return { ...stepAfter(context, replica, failure), triedVersions: triedAfter(replica, failure) };
}

function stepAfter(context: StageContext, replica: ClaimedReplica, failure: Failure): ReplicaOutcome {
  const now = context.clock.now().getTime();
  const step = nextStep({
    kind: failure.kind,
    retryAfterMs: failure.retryAfterMs,
    failedBefore: replica.attempts,
    behindMs: 0,
    random: context.random(),
  });
  switch (step.do) {
    case 'dead-letter':
      return deadLetter(replica, failure);
    case 'gone':
      return outcomeOf(replica, { state: 'gone', failure, attempts: replica.attempts + 1 });
    case 'pause-connection':
      return outcomeOf(replica, { state: 'pending', dueAt: new Date(now), failure });
    case 'remerge':
      return outcomeOf(replica, {
        state: 'pending',
        dueAt: new Date(now + Math.max(step.afterMs, 1_000)),
        failure,
        attempts: replica.attempts + 1,
        // Something stands there: what the system tells of it must not wait for this create to be answered.
        outcomeUnknown: false,
      });
    case 'retry':
      return outcomeOf(replica, {
        state: 'pending',
        dueAt: new Date(now + step.afterMs),
        failure,
        attempts: replica.attempts + (step.counts ? 1 : 0),
        outcomeUnknown: step.outcomeUnknown || isOpen(replica),
      });
  }
}
