import { provenanceOf } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import { afterDelete, matchIdentity } from '@isthmus/decide';
import type { AfterDelete, AfterDeleteStep, MatchEvidence } from '@isthmus/decide';
import { equalJson } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import type { PendingChange } from '@isthmus/ledger';
import { identityKeys } from './identity-keys.js';
import { markStatus } from './mark-status.js';
import { isGone } from './merge-delete.js';
import { nativeKeyText } from './merge-session.js';
import type { MappedChange, MergeSession, WorkingRecord, WorkingReplica } from './merge-session.js';
import { wantRow } from './want-row.js';

/**
 * Keeps what was deleted from coming back unasked: something that its object says after the deletion is late, or needs a newer time and a
 * policy that takes it, or a person. True = the change is settled and must not be merged.
 */
export function guardDeleted(
  session: MergeSession,
  change: PendingChange,
  mapped: MappedChange,
  replica: WorkingReplica,
): boolean {
  const record = session.records.get(replica.stored.recordId);
  const gone = isGone(replica);
  if (!record || session.mappingBefore || (!gone && record.current.status !== 'deleted')) return false;
  if (change.reason?.['restore'] === true) return false;
  const recordId = record.current.id;
  if (!gone && mapped.body && equalJson(session.bases.get(nativeKeyText(change)), mapped.body)) {
    session.settle(change, { state: 'unchanged', recordId });
    return true;
  }
  const step = afterDelete({
    ...sayingOf(session, change, mapped),
    recordStatus: record.current.status,
    goneAtMs: goneAt(replica, record)?.getTime(),
    wasRead: wasReadAfter(change, gone ? toldGoneAt(session, replica) : record.current.updatedAt),
    isNew: false,
  });
  return settleStep(session, change, recordId, step);
}

/** The same for an object whose place another one of its record has taken since: what is told of it late says nothing of the new one. */
export function guardReplaced(session: MergeSession, change: PendingChange, mapped: MappedChange): boolean {
  const tombstone = session.tombstones.get(nativeKeyText(change));
  if (!tombstone || change.reason?.['restore'] === true) return false;
  const { recordId, goneAt: at } = tombstone;
  const saying = sayingOf(session, change, mapped);
  const step = afterDelete({
    ...saying,
    recordStatus: 'active',
    goneAtMs: at.getTime(),
    wasRead: wasReadAfter(change, at),
    isNew: false,
  });
  // It is there again under its old id: identity decides what it is.
  if (step === 'relink' && (saying.saidAtMs !== undefined || wasReadAfter(change, at))) return false;
  return settleStep(session, change, recordId, step === 'relink' ? 'stale' : step);
}

/**
 * A new object with the identity keys of a deleted record and of no living one. Undefined = there is none such, or a person decided that it
 * is something new; `settled` = it waits or stays out; else the record that it takes up again.
 */
export function findBuried(
  session: MergeSession,
  change: PendingChange,
  mapped: MappedChange,
  body: JsonObject,
): 'settled' | { readonly record: WorkingRecord; readonly evidence: MatchEvidence } | undefined {
  if (change.reason?.['create'] === true) return undefined;
  const keys = identityKeys(session.flow, body);
  const candidates = [...session.holdersOf(keys)].flatMap((recordId) => {
    const record = session.records.get(recordId);
    return record?.current.status === 'deleted' ? [{ recordId, keys: session.keysOf(record), taken: false }] : [];
  });
  if (candidates.length === 0) return undefined;
  const match = matchIdentity(keys, candidates);
  if (match.do !== 'link') return undefined;
  const record = session.records.get(match.recordId);
  if (!record) return undefined;
  const step = afterDelete({
    ...sayingOf(session, change, mapped),
    recordStatus: 'deleted',
    goneAtMs: deletedAt(record)?.getTime(),
    wasRead: true,
    isNew: true,
  });
  if (step === 'revive') return { record, evidence: match.evidence };
  settleStep(session, change, match.recordId, step);
  return 'settled';
}

/** Takes a copy, and with it its record, up again; only for changes that the guards let pass. */
export function reviveFor(
  session: MergeSession,
  change: PendingChange,
  record: WorkingRecord,
  replica: WorkingReplica | undefined,
): void {
  const wasGone = replica !== undefined && isGone(replica);
  if (wasGone) {
    const place = session.gone.findIndex(
      (key) => nativeKeyText(key) === nativeKeyText(change) && key.connectionId === change.connectionId,
    );
    if (place >= 0) session.gone.splice(place, 1);
    delete replica.goneSince;
  }
  if (!replica) session.replaced.push({ recordId: record.current.id, ...change });
  const { status } = record.current;
  if (status !== 'deleted' && !(status === 'archived' && wasGone)) return;
  markStatus(session, change, record, 'active');
  session.revived.add(record.current.id);
}

type Saying = Pick<AfterDelete, 'revive' | 'saidAtMs' | 'canRead'>;

function sayingOf(session: MergeSession, change: PendingChange, { binding }: MappedChange): Saying {
  return {
    revive: session.flow.deleteRules.revive,
    saidAtMs: change.sourceAt?.getTime(),
    canRead: binding.stream.fetch !== undefined,
  };
}

const READS: ReadonlySet<string> = new Set(['reference', 'reconcile', 'backfill', 'poll']);

function wasReadAfter(change: PendingChange, at: Date | null): boolean {
  return READS.has(change.origin) && at !== null && change.receivedAt.getTime() > at.getTime();
}

/** When the hub learned that the copy is gone. */
function toldGoneAt(session: MergeSession, { goneSince, stored }: WorkingReplica): Date | null {
  return goneSince === undefined ? (stored.goneAt ?? stored.deliveredAt) : session.now;
}

/** When the copy went, by its system's own time where that is known. */
function goneAt(replica: WorkingReplica, record: WorkingRecord): Date | null {
  if (!isGone(replica)) return deletedAt(record);
  return replica.goneSince ?? replica.stored.goneSince ?? replica.stored.deliveredAt;
}

function deletedAt({ current }: WorkingRecord): Date | null {
  const source = provenanceOf(current.provenance as unknown as CompactProvenance, '/recordStatus');
  const at = source === undefined ? Number.NaN : Date.parse(source.at);
  return Number.isNaN(at) ? current.updatedAt : new Date(at);
}

function settleStep(session: MergeSession, change: PendingChange, recordId: string, step: AfterDeleteStep): boolean {
  switch (step) {
    case 'relink':
    case 'revive':
      return false;
    case 'read-again':
      wantRow(session, change, change.stream, change.nativeId);
      session.settle(change, { state: 'stale', recordId, reason: { code: 'change.after-delete', message: LOOKED } });
      return true;
    case 'stale':
      session.settle(change, { state: 'stale', recordId, reason: { code: 'change.after-delete', message: LATE } });
      return true;
    case 'refuse':
      session.settle(change, { state: 'ignored', recordId, reason: { code: 'change.stays-deleted', message: STAYS } });
      return true;
    case 'review':
      session.settle(change, {
        state: 'review',
        recordId,
        reason: { code: 'change.speaks-after-delete', message: ASKS, record: recordId },
      });
      return true;
  }
}

const LATE = {
  en: 'It was deleted after this; it stays deleted.',
  zh: '该对象在此之后已被删除，保持删除状态。',
};

const LOOKED = {
  en: 'It was deleted; the object was read again to see whether it is there.',
  zh: '该对象已被删除，已重新读取以确认是否仍存在。',
};

const STAYS = {
  en: 'It was deleted, and the flow lets nothing that was deleted come back.',
  zh: '该对象已被删除，流程设置不允许恢复已删除的数据。',
};

const ASKS = {
  en: 'It was deleted, and now its system tells of it again. Decide whether it lives on, is something new, or stays deleted.',
  zh: '该对象已被删除，但其系统再次报告了它，请决定恢复、作为新对象，还是保持删除。',
};
