import type { EntityName } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import type { PendingChange } from '@isthmus/ledger';
import { findBuried, guardDeleted, guardReplaced, reviveFor } from './guard-deleted.js';
import { isGone, mergeDelete } from './merge-delete.js';
import { mergeIntoRecord } from './merge-into-record.js';
import { identify } from './identify.js';
import { settleLate } from './late-changes.js';
import type { MappedChange, MergeSession, WorkingReplica } from './merge-session.js';
import { nativeKeyText } from './merge-session.js';
import { completes, waitForReference } from './wait-for-reference.js';
import { withoutReferences } from './without-references.js';
import { waitForMapping } from '../topology/broken-mapping.js';
import { pickFields } from '../topology/read-only-fields.js';
import { brokenStreamOf } from '../topology/topology.js';

/** Merges one change into the session: decides its outcome and changes nothing but the session. */
export function mergeChange(session: MergeSession, change: PendingChange): void {
  const broken = brokenStreamOf(session.topology, change.connectionId, change.stream);
  if (broken) return session.settle(change, waitForMapping(broken));
  if (change.kind === 'delete') return mergeDelete(session, change);
  const mapped = mappedRow(session, change);
  if (!mapped) return;
  const replica = session.replicas.get(nativeKeyText(change));
  if (change.origin === 'delivery') return mergeWritten(session, change, mapped, replica);
  if (replica && saysNothingNew(session, replica, change, mapped)) {
    return session.settle(change, { state: 'unchanged', recordId: replica.stored.recordId });
  }
  if (replica && guardDeleted(session, change, mapped, replica)) return;
  if (replica && settleLate(session, change, mapped, replica)) return;
  if (!mapped.body)
    return session.settle(change, { state: 'rejected', reason: { code: 'change.mapping', issues: mapped.issues } });
  if (mapped.missing.length > 0 && change.reason?.['partly'] !== true) return waitForReference(session, change, mapped);
  mergeMapped(session, change, mapped, withoutMissing(session, mapped, mapped.body), replica);
}

const NO_FLOW = {
  code: 'change.no-flow',
  message: { en: 'The stream takes part in no flow.', zh: '该数据流不在任何同步流程中。' },
};

const OWN_CREATE = {
  code: 'change.maybe-own-create',
  message: {
    en: 'The hub is creating something in this stream at this moment; the row waits until it is known whether it is that.',
    zh: '中台正在该数据流中新建数据，待确认该行是否即为其结果。',
  },
};

const NO_KEY = {
  code: 'change.no-key',
  message: {
    en: 'The row has no native id. Give it one in the source and send it again.',
    zh: '该行没有编号，请在来源系统补上后重新发送。',
  },
};

/** The row of a change; undefined = it has none that could be merged, and is settled. */
function mappedRow(session: MergeSession, change: PendingChange): MappedChange | undefined {
  const mapped = session.mapped.get(change.id);
  if (!mapped) session.settle(change, { state: 'ignored', reason: NO_FLOW });
  else if (change.nativeId === '') session.settle(change, { state: 'rejected', reason: NO_KEY });
  else return mapped;
  return undefined;
}

/** The rest of a row of which some references are not known yet. */
function withoutMissing(session: MergeSession, { missing }: MappedChange, body: JsonObject): JsonObject {
  return missing.length === 0 ? body : withoutReferences(session.definition.name as EntityName, body, 'unknown');
}

function saysNothingNew(
  session: MergeSession,
  replica: WorkingReplica,
  change: PendingChange,
  mapped: MappedChange,
): boolean {
  if (session.mappingBefore || completes(change)) return false;
  const baseHash = replica.saved ? replica.saved.baseHash : replica.stored.baseHash;
  return baseHash === mapped.hash && !isGone(replica);
}

/** What the far side made of our write: it answers the version that was delivered, and counts only while that is still the newest. */
function mergeWritten(
  session: MergeSession,
  change: PendingChange,
  mapped: MappedChange,
  replica: WorkingReplica | undefined,
): void {
  const record = replica && session.records.get(replica.stored.recordId);
  if (!replica || !record || !mapped.body || record.current.version !== change.recordVersion) {
    return session.settle(change, { state: 'stale', recordId: record?.current.id ?? null, reason: MOVED_ON });
  }
  const fields = Array.isArray(change.reason?.['fields']) ? change.reason['fields'].map(String) : [];
  const body = pickFields(mapped.body, fields);
  mergeIntoRecord(session, { change, mapped, body, record, replica, answersWrite: true });
}

const MOVED_ON = {
  code: 'change.record-moved-on',
  message: { en: 'An answer to a write of an older version of the record.', zh: '对记录旧版本写入的应答。' },
};

function mergeMapped(
  session: MergeSession,
  change: PendingChange,
  mapped: MappedChange,
  body: JsonObject,
  replica: WorkingReplica | undefined,
): void {
  if (replica) {
    const record = session.records.get(replica.stored.recordId);
    if (!record) return session.settle(change, { state: 'rejected', reason: { code: 'change.record-missing' } });
    reviveFor(session, change, record, replica);
    return mergeIntoRecord(session, { change, mapped, body, record, replica });
  }
  if (session.creating.has(`${change.connectionId}|${change.stream}`)) {
    return session.settle(change, { state: 'waiting', waitingOn: `create|${change.stream}`, reason: OWN_CREATE });
  }
  if (guardReplaced(session, change, mapped)) return;
  const identity = identify(session, change, body);
  if (identity.do === 'review')
    return session.settle(change, {
      state: 'review',
      reason: { code: 'change.identity', candidates: identity.candidates },
    });
  if (identity.do === 'create') {
    const buried = findBuried(session, change, mapped, body);
    if (buried === 'settled') return;
    if (buried) reviveFor(session, change, buried.record, undefined);
    return mergeIntoRecord(session, { change, mapped, body, ...buried });
  }
  const record = session.records.get(identity.recordId);
  if (!record) return session.settle(change, { state: 'rejected', reason: { code: 'change.record-missing' } });
  reviveFor(session, change, record, undefined);
  mergeIntoRecord(session, { change, mapped, body, record, evidence: identity.evidence });
}
