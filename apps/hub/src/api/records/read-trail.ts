import type { TrailStep, Wording } from '@isthmus/api-contract';
import { listAttempts, listAudit, listChangesOfRecord } from '@isthmus/ledger';
import type { ListedAttempt, ListedChange, Sql, StoredAuditEntry, WholeRecord } from '@isthmus/ledger';
import { iso } from '../http/exchange.js';
import { readHistory } from './read-history.js';

/** Most steps of each kind. */
const MOST = 200;

/** The way of a record: what was heard, what it became, and what was written where, in time order. */
export async function readTrail(sql: Sql, record: WholeRecord): Promise<{ items: TrailStep[]; truncated: boolean }> {
  const changes = await listChangesOfRecord(sql, record.id, MOST);
  const attempts = await listAttempts(sql, { recordId: record.id }, { limit: MOST });
  const audit = await listAudit(sql, { object: `record:${record.id}` }, { limit: MOST });
  const versions = await readHistory(sql, record, undefined, MOST);
  const steps: TrailStep[] = [
    ...changes.map(changeStep),
    ...versions.map((version) => ({
      at: version.at,
      kind: 'version' as const,
      id: String(version.version),
      connectionId: version.connectionId,
      stream: null,
      outcome: version.recordStatus,
      words: {
        en: `Version ${version.version} by ${version.actor}: ${version.differences.length} field(s) changed.`,
        zh: `版本 ${version.version}，由 ${version.actor} 产生，更改 ${version.differences.length} 个字段。`,
      },
      details: { ...version },
    })),
    ...attempts.map(attemptStep),
    ...audit.map(auditStep),
  ];
  const truncated = [changes, attempts, audit, versions].some((list) => list.length >= MOST);
  return { items: steps.sort(byTime), truncated };
}

const ORDER = { change: 0, version: 1, audit: 2, attempt: 3 } as const;

function byTime(a: TrailStep, b: TrailStep): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : ORDER[a.kind] - ORDER[b.kind];
}

function changeStep(change: ListedChange): TrailStep {
  const message = change.reason?.['message'] as Partial<Wording> | undefined;
  const via = `${change.connectionId}/${change.stream}`;
  return {
    at: iso(change.receivedAt),
    kind: 'change',
    id: change.id,
    connectionId: change.connectionId,
    stream: change.stream,
    outcome: change.state,
    words: {
      en: `${change.kind === 'delete' ? 'Deletion' : 'Change'} from ${via} by ${change.origin}: ${change.state}.${message?.en === undefined ? '' : ` ${message.en}`}`,
      zh: `来自 ${via} 的${change.kind === 'delete' ? '删除' : '变更'}（${change.origin}）：${change.state}。${message?.zh ?? ''}`,
    },
    details: {
      nativeId: change.nativeId,
      origin: change.origin,
      reason: change.reason,
      recordVersion: change.recordVersion,
      mappingVersion: change.mappingVersion,
    },
  };
}

function attemptStep(attempt: ListedAttempt): TrailStep {
  return {
    at: iso(attempt.at),
    kind: 'attempt',
    id: attempt.id,
    connectionId: attempt.connectionId,
    stream: attempt.stream,
    outcome: attempt.outcome,
    words: {
      en: `${attempt.operation} in ${attempt.connectionId}: ${attempt.outcome}, ${attempt.durationMs} ms.`,
      zh: `在 ${attempt.connectionId} 执行 ${attempt.operation}：${attempt.outcome}，耗时 ${attempt.durationMs} 毫秒。`,
    },
    details: {
      operation: attempt.operation,
      failure: attempt.failure,
      calls: attempt.calls ?? [],
      together: attempt.recordIds.length,
    },
  };
}

function auditStep(entry: StoredAuditEntry): TrailStep {
  return {
    at: iso(entry.at),
    kind: 'audit',
    id: entry.id,
    connectionId: null,
    stream: null,
    outcome: entry.action,
    words: { en: `${entry.action} by ${entry.actor}.`, zh: `${entry.actor} 执行了 ${entry.action}。` },
    details: { actor: entry.actor, ...entry.details },
  };
}
