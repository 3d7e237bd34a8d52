export { bringForward } from './admin/bring-forward.js';
export { giveSignOfLife, noteStart } from './admin/sign-of-life.js';
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
export { readRecordWithRow } from './admin/read-native-row.js';
export type { RecordWithRow } from './admin/read-native-row.js';
export { touchSuccess, touchWebhook } from './admin/touch-connection.js';
export { advanceCursor, claimCursor, keepCursor, releaseCursor } from './capture/cursors.js';
export type { CursorPurpose, StoredCursor } from './capture/cursors.js';
export { areDependenciesSettled, wasRead } from './capture/dependencies-settled.js';
export { claimFetches, settleFetches } from './capture/fetches.js';
export type { FetchOutcome, PendingFetch } from './capture/fetches.js';
export { insertChanges } from './capture/insert-changes.js';
export type { ChangeOrigin, NewChange } from './capture/insert-changes.js';
export { insertWrittenChanges } from './capture/insert-written.js';
export type { WrittenChange } from './capture/insert-written.js';
export { findKnownRows } from './capture/known-rows.js';
export {
  countCopies,
  countRecentlyGone,
  decideBrake,
  findBrakesOn,
  listBrakes,
  putBrakeOn,
  settleBraked,
} from './deletes/brakes.js';
export type { HeldDelete, StoredBrake } from './deletes/brakes.js';
export { settleReviewed } from './deletes/settle-review.js';
export { buryReplaced, findTombstones, recreateReplicas, settleOtherRevivals } from './deletes/tombstones.js';
export type { Recreation, Tombstone } from './deletes/tombstones.js';
export { deleteRules, reconcileRules } from './flow-rules.js';
export type { DeleteRules, ReconcileRules } from './flow-rules.js';
export { Database } from './database.js';
export type { DatabaseOptions, Sql, Statement } from './database.js';
export { claimReplicas, extendReplicaLeases, resolveReplicaReferences } from './deliver/claim-replicas.js';
export type { ClaimedReplica, ReferencedReplica, RemapDelivery } from './deliver/claim-replicas.js';
export { findDueWork, nextDueAt } from './deliver/due-work.js';
export type { DueWork } from './deliver/due-work.js';
export { findRecordsUnderReview, isFirstReadFinished } from './deliver/first-read.js';
export { forgetOldKeys, freeWaiting } from './deliver/housekeeping.js';
export { ensurePartitions } from './hygiene/partitions.js';
export { keepHygiene } from './hygiene/retention.js';
export type { HygieneReport, Retention } from './hygiene/retention.js';
export { findOpenConflicts } from './deliver/open-conflicts.js';
export { findUnseenEdits } from './deliver/unseen-edits.js';
export { listLearntRates, penaliseRateBucket, takeRateTokens } from './deliver/rate-bucket.js';
export type { Grant, LearntRate } from './deliver/rate-bucket.js';
export { buryReferenceCycle, findReferenceCycles, leaveOutReferences } from './deliver/reference-cycles.js';
export type { CycleMember } from './deliver/reference-cycles.js';
export { findDrained, listHolds, setHold } from './admin/holds.js';
export type { Drained, Hold } from './admin/holds.js';
export {
  advanceBackfill,
  claimBackfill,
  countOpenBackfillWork,
  endBackfill,
  failBackfill,
  forgetBackfillCursor,
  insertBackfill,
  listBackfills,
  releaseBackfill,
  steerBackfill,
} from './backfill/runs.js';
export type { Backfill, BackfillSelection, NewBackfill } from './backfill/runs.js';
export { deliverAgain, pageBackfillList, pageBackfillReplicas } from './backfill/work.js';
export type { BackfillItem } from './backfill/work.js';
export {
  findNativeHolders,
  findRenewedBases,
  insertAttempts,
  isNativeIdTaken,
  settleReplicas,
  unblockReplicas,
} from './deliver/settle-replicas.js';
export type { NewAttempt, ReplicaOutcome } from './deliver/settle-replicas.js';
export { Connection } from './entities/connection.entity.js';
export type { ConnectionState, MaintenanceWindow } from './entities/connection.entity.js';
export { Flow } from './entities/flow.entity.js';
export type { FlowState } from './entities/flow.entity.js';
export type {
  DeleteBrake,
  DeletePolicy,
  DoublesPolicy,
  FieldPolicy,
  FirstSync,
  FlowMember,
  FlowPolicy,
  ReconcileSchedule,
  RevivePolicy,
} from './flow-types.js';
export { LANE } from './lanes.js';
export type { LaneName } from './lanes.js';
export {
  findRecordsByKeys,
  loadRecords,
  loadReplicasByNativeId,
  loadReplicasOfRecords,
  loadVersionBodies,
  selectPendingChanges,
} from './merge/load-merge-batch.js';
export type { MergeReplica, NativeKey, PendingChange, StoredRecord, VersionBody } from './merge/load-merge-batch.js';
export { findCreatesInFlight } from './merge/creates-in-flight.js';
export { lockMerge, readMergeRun, writeMergeRun } from './merge/merge-run.js';
export type { MergeRun } from './merge/merge-run.js';
export { changeIdentityKeys, insertBeforeImages, insertRecords, updateRecords } from './merge/save-records.js';
export type { RecordKey } from './merge/save-records.js';
export { markReplicasGone, markTargetReplicas, saveSourceReplicas } from './merge/save-replicas.js';
export type { GoneObject, SourceReplica, TargetReplica } from './merge/save-replicas.js';
export { openConflictsOf, supersedeConflicts } from './merge/moot-conflicts.js';
export type { OpenConflict } from './merge/moot-conflicts.js';
export { hasWaitingChanges, insertConflicts, releaseWaitingChanges, settleChanges } from './merge/settle-changes.js';
export type { ChangeOutcome, NewConflict } from './merge/settle-changes.js';
export { readToken, replaceToken } from './tokens.js';
export type { SealedToken } from './tokens.js';
export { planWrites, plannedDifferences, settleDifferences } from './reconcile/apply-differences.js';
export type { PlannedDifference, PlannedWrite } from './reconcile/apply-differences.js';
export { agreeCopies, compareRows, findOpenChanges, mappingInUseSince } from './reconcile/compare-rows.js';
export type { AgreedCopy, ComparedRow, OpenChange } from './reconcile/compare-rows.js';
export {
  countDifferences,
  insertDifferences,
  listDifferences,
  markEditedOnBoth,
  sampleDifferences,
} from './reconcile/differences.js';
export type { DifferenceCount, ListedDifference, NewDifference } from './reconcile/differences.js';
export {
  beginRepair,
  endRepair,
  failOrphanedRuns,
  finishReconcileRun,
  forgetOldRuns,
  keepReconcileRun,
  listReconcileRuns,
  startReconcileRun,
} from './reconcile/runs.js';
export type { NewReconcileRun, StoredReconcileRun } from './reconcile/runs.js';
export {
  claimComparison,
  compareAfterOutage,
  holdComparison,
  listStreamDrift,
  planComparisons,
  releaseComparison,
  saveStreamDrift,
} from './reconcile/schedule.js';
export type { DueComparison, StreamDrift } from './reconcile/schedule.js';
export { forgetSeenRows, noteSeenRows, unlistedCopies } from './reconcile/seen-rows.js';
export type { RunPlace, UnlistedCopy, UnlistedPage } from './reconcile/seen-rows.js';
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
export {
  conflictsOfChanges,
  decideConflict,
  freeReplicaOfConflict,
  listConflicts,
  readConflict,
} from './admin/conflicts.js';
export type { ConflictFilter, ListedConflict } from './admin/conflicts.js';
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
export { findSharedKeys } from './identity/duplicates.js';
export type { SharedKey } from './identity/duplicates.js';
export { countAlone, countLinks, countOpenChanges, pageOwedReplicas } from './identity/matching.js';
export type { AloneCount, LinkedCount, OpenCount, OwedReplica } from './identity/matching.js';
export { hasCopyIn, linkUndecidedChange, listReviews, supersedeOlderReviews } from './identity/reviews.js';
export type { ListedReview } from './identity/reviews.js';
export { confirmFlow, releaseUnconfirmed } from './identity/flow-confirmation.js';
export {
  giveConflictsBack,
  giveDeletionsBack,
  moveOpenConflicts,
  moveReviewedDeletions,
  relinkDecidedChanges,
  releaseReviewsOf,
} from './identity/move-open-work.js';
export {
  dropPlannedReplicas,
  lockPairReplicas,
  moveRemapDeliveries,
  placeReplicas,
  wakeBlockedOn,
} from './identity/pair-replicas.js';
export type { PairReplica, ReplicaPlace } from './identity/pair-replicas.js';
export {
  findFollowers,
  insertRecordMerge,
  listMergesOfRecord,
  markMergeUndone,
  readMergedInto,
  readMergeOfOther,
  readRecordImage,
  setMergedInto,
} from './identity/record-merges.js';
export type { MergedNative, MergeUndo, RecordImage, RecordMerge, RepointedRecord } from './identity/record-merges.js';
export { findChangeNatives, findReferrers } from './identity/referrers.js';
export type { ChangeNative } from './identity/referrers.js';
export { claimIdempotency, releaseIdempotency, settleIdempotency } from './admin/idempotency.js';
export type { StoredIdempotency } from './admin/idempotency.js';
export { listChanges, listChangesOfRecord, readChange } from './admin/list-changes.js';
export type { ChangeFilter, ListedChange } from './admin/list-changes.js';
export {
  listConnections,
  listCursors,
  listFlows,
  listMappingVersions,
  setFlowState,
} from './admin/list-connections.js';
export type { ListedConnection, ListedCursor, ListedFlow, ListedMappingVersion } from './admin/list-connections.js';
export { readReplicaStates } from './admin/replica-states.js';
export type { ReplicaState } from './admin/replica-states.js';
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
export {
  beginMappingDraft,
  editMappingDraft,
  listDraftedStreams,
  readMappingDraft,
  takeMappingDraft,
} from './mappings/drafts.js';
export type { DraftEdit, MappingDraft } from './mappings/drafts.js';
export {
  eraseNativeImages,
  forgetNativeImages,
  insertNativeImages,
  loadNativeImages,
} from './mappings/native-images.js';
export type { NativeImage } from './mappings/native-images.js';
export {
  insertMappingPublication,
  listMappingPublications,
  listPublicationsInUse,
  lockMapping,
  readPublicationInUse,
  rollBackPublication,
} from './mappings/publications.js';
export { lastUsedMapping, noteUsedMappings, releaseMappedChanges, waitsForMapping } from './mappings/last-used.js';
export type { UsedDocument, UsedMapping } from './mappings/last-used.js';
export type { MappingPublication, NewPublication, PublicationMode, PublishedMapping } from './mappings/publications.js';
export {
  countMappingEffects,
  countRemapDeliveries,
  hasLiveChanges,
  insertMappingEffects,
  insertRemapChanges,
  loadRecordImages,
  markRemapDeliveries,
  pageMappingEffects,
  pageRecordsWithoutReplica,
  pageRefusedChanges,
  pageRemapReplicas,
  settleRemapDeliveries,
  wakeRemapDeliveries,
} from './mappings/remap-work.js';
export type { MappingEffect, RefusedChange, RemapReplica, UnknownRecord } from './mappings/remap-work.js';
export {
  cancelMappingRun,
  cancelMappingRuns,
  insertMappingRun,
  listMappingRuns,
  mappingRuns,
  saveMappingRun,
} from './mappings/runs.js';
export type { MappingRun, MappingRunKind, NewMappingRun } from './mappings/runs.js';
export {
  fillUndoTargets,
  insertUndoEffects,
  loadUndoImages,
  pageUndoTargets,
  readReconcileWindow,
} from './undo/undo-targets.js';
export type { UndoImage, UndoTarget } from './undo/undo-targets.js';
export { cancelUndoRun, insertUndoRun, listUndoRuns, undoRuns, saveUndoRun } from './undo/undo-runs.js';
export type { UndoBatch, UndoRun } from './undo/undo-runs.js';
export {
  erasureOfRecord,
  hasOlderWriters,
  insertErasure,
  listErasures,
  erasureRuns,
  reopenErasures,
  resumeErasure,
  saveErasure,
  saveErasureCounts,
} from './erasure/runs.js';
export type { ErasureCounts, ErasureRun } from './erasure/runs.js';
export {
  findErasedObjects,
  findErasedRecords,
  heldCopies,
  liftErasure,
  noteErasedDocuments,
  noteToldOfErased,
  replaceRaw,
} from './erasure/erased.js';
export type { ErasedObject, ErasedRecord, HeldCopy } from './erasure/erased.js';
export {
  buryErasedObjects,
  endChanges,
  eraseByObject,
  eraseByRecord,
  eraseChanges,
  leaveStubs,
  objectsOfPerson,
  openChangesNaming,
} from './erasure/erase-person.js';
export type { ErasedStub, PersonObject } from './erasure/erase-person.js';
export { eraseAttempts, eraseFromReports, erasePersonTraces } from './erasure/erase-traces.js';
export {
  bodiesOfDocuments,
  copiesOfDocuments,
  dropSettledRaw,
  eraseDocumentConflicts,
  openChangesOfDocuments,
  pageErasedDocuments,
  recordsOfErasure,
  replaceBases,
  replaceBodies,
  settleErasedDocuments,
} from './erasure/documents.js';
export type { DocumentBody, DocumentCopy, OpenDocumentChange } from './erasure/documents.js';
export { countPerson, createsInFlight, recordsOfPerson } from './erasure/count-person.js';
