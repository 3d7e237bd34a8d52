export {
  configurationFingerprint,
  resumeCursors,
  setConnectionState,
  upsertConnection,
  upsertFlow,
  wakeRetries,
} from './admin/configuration.js';
export type { DeclaredConnection } from './admin/configuration.js';
export { countPendingChanges } from './admin/count-pending.js';
export { dumpSchema } from './admin/schema-dump.js';
export { storeMappingVersion } from './admin/mapping-versions.js';
export { touchSuccess, touchWebhook } from './admin/touch-connection.js';
export { advanceCursor, claimCursor, releaseCursor } from './capture/cursors.js';
export type { CursorPurpose, StoredCursor } from './capture/cursors.js';
export { areDependenciesSettled, wasRead } from './capture/dependencies-settled.js';
export { claimFetches, settleFetches } from './capture/fetches.js';
export type { FetchOutcome, PendingFetch } from './capture/fetches.js';
export { insertChanges } from './capture/insert-changes.js';
export type { ChangeOrigin, NewChange } from './capture/insert-changes.js';
export { insertWrittenChanges } from './capture/insert-written.js';
export type { WrittenChange } from './capture/insert-written.js';
export { findKnownRows } from './capture/known-rows.js';
export { Database } from './database.js';
export type { DatabaseOptions, Sql, Statement } from './database.js';
export { claimReplicas, extendReplicaLeases, resolveReplicaReferences } from './deliver/claim-replicas.js';
export type { ClaimedReplica, ReferencedReplica } from './deliver/claim-replicas.js';
export { findDueWork, nextDueAt } from './deliver/due-work.js';
export type { DueWork } from './deliver/due-work.js';
export { findRecordsUnderReview, isFirstReadFinished } from './deliver/first-read.js';
export { forgetOldKeys, freeWaiting } from './deliver/housekeeping.js';
export { ensurePartitions } from './hygiene/partitions.js';
export { keepHygiene } from './hygiene/retention.js';
export type { HygieneReport, Retention } from './hygiene/retention.js';
export { findOpenConflicts } from './deliver/open-conflicts.js';
export { findUnseenEdits } from './deliver/unseen-edits.js';
export { penaliseRateBucket, takeRateTokens } from './deliver/rate-bucket.js';
export type { Grant } from './deliver/rate-bucket.js';
export { insertAttempts, settleReplicas, unblockReplicas } from './deliver/settle-replicas.js';
export type { NewAttempt, ReplicaOutcome } from './deliver/settle-replicas.js';
export { Connection } from './entities/connection.entity.js';
export type { ConnectionState } from './entities/connection.entity.js';
export { Flow } from './entities/flow.entity.js';
export type { DeletePolicy, FieldPolicy, FlowMember, FlowPolicy } from './flow-types.js';
export { LANE } from './lanes.js';
export type { LaneName } from './lanes.js';
export {
  findRecordsByKeys,
  loadRecords,
  loadReplicasByNativeId,
  loadReplicasOfRecords,
  selectPendingChanges,
} from './merge/load-merge-batch.js';
export type { MergeReplica, NativeKey, PendingChange, StoredRecord } from './merge/load-merge-batch.js';
export { findCreatesInFlight } from './merge/creates-in-flight.js';
export { lockMerge, readMergeRun, writeMergeRun } from './merge/merge-run.js';
export type { MergeRun } from './merge/merge-run.js';
export { changeIdentityKeys, insertBeforeImages, insertRecords, updateRecords } from './merge/save-records.js';
export type { RecordKey } from './merge/save-records.js';
export { markReplicasGone, markTargetReplicas, saveSourceReplicas } from './merge/save-replicas.js';
export type { SourceReplica, TargetReplica } from './merge/save-replicas.js';
export { hasWaitingChanges, insertConflicts, releaseWaitingChanges, settleChanges } from './merge/settle-changes.js';
export type { ChangeOutcome, NewConflict } from './merge/settle-changes.js';
export { readToken, replaceToken } from './tokens.js';
export type { SealedToken } from './tokens.js';
export { comparePage, finishReconcileRun, markDrifted, startReconcileRun } from './reconcile/compare-page.js';
export type { ComparedReplica } from './reconcile/compare-page.js';
export {
  ensureFirstApiKey,
  findApiKey,
  hashApiKey,
  insertApiKey,
  listApiKeys,
  newApiKey,
  revokeApiKey,
  touchApiKey,
} from './admin/api-keys.js';
export type { StoredApiKey } from './admin/api-keys.js';
export { insertAudit, listAudit } from './admin/audit.js';
export type { NewAuditEntry, StoredAuditEntry } from './admin/audit.js';
export { readBlockedGroups, readChangeBacklog, readConflictBacklog, readReplicaBacklog } from './admin/backlog.js';
export type { BlockedGroup, ChangeBacklog, ReplicaBacklog } from './admin/backlog.js';
export { decideConflict, freeReplicaOfConflict, listConflicts, readConflict } from './admin/conflicts.js';
export type { ListedConflict } from './admin/conflicts.js';
export { groupDeadLetters, listDeadLetters } from './admin/dead-letters.js';
export type { DeadLetterCause, DeadLetterFilter, DeadLetterPosition, ListedDeadLetter } from './admin/dead-letters.js';
export { findRecords, listRecordVersions, readRecord, readRecordLabels } from './admin/find-records.js';
export type {
  ListedRecord,
  RecordFilter,
  RecordLabel,
  RecordPosition,
  RecordSearch,
  RecordVersion,
  WholeRecord,
} from './admin/find-records.js';
export { claimIdempotency, releaseIdempotency, settleIdempotency } from './admin/idempotency.js';
export type { StoredIdempotency } from './admin/idempotency.js';
export { listChanges, listChangesOfRecord, readChange } from './admin/list-changes.js';
export type { ChangeFilter, ListedChange } from './admin/list-changes.js';
export {
  listConnections,
  listCursors,
  listFlows,
  listMappingVersions,
  listReconcileRuns,
  setFlowState,
} from './admin/list-connections.js';
export type {
  ListedConnection,
  ListedCursor,
  ListedFlow,
  ListedMappingVersion,
  ListedReconcileRun,
} from './admin/list-connections.js';
export { listAttempts, listReplicasBehind, listReplicasOfRecord } from './admin/list-replicas.js';
export type { ListedAttempt, ListedReplica, ReplicaPosition } from './admin/list-replicas.js';
export {
  decideChange,
  keepDespiteDelete,
  releaseChanges,
  releaseChangesByCause,
  reviveReplicas,
  reviveReplicasByCause,
} from './admin/release-changes.js';
export type { CauseFilter, ReleasedChange } from './admin/release-changes.js';
export type { Page } from './admin/selection.js';
