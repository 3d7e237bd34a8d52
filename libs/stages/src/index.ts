export { stepBackfill } from './backfill/step-backfill.js';
export type { BackfillWork } from './backfill/step-backfill.js';
export { fetchBatch } from './capture/fetch-thin.js';
export { mayReadFirst } from './capture/may-read-first.js';
export { readStream } from './capture/read-stream.js';
export { releaseMapped } from './capture/release-mapped.js';
export type { ReadOrder, StoredPage } from './capture/read-stream.js';
export { WebhookReceiver } from './capture/webhook-receiver.js';
export { breakReferenceCycles } from './deliver/break-cycles.js';
export { deliverBatch } from './deliver/deliver-batch.js';
export type { DeliverOptions } from './deliver/deliver-batch.js';
export { planErasure } from './erasure/plan-erasure.js';
export type { ErasurePlan, ErasureRefusal, PlannedDocuments } from './erasure/plan-erasure.js';
export { eraseNow } from './erasure/start-erasure.js';
export type { ErasureOrder } from './erasure/start-erasure.js';
export { stepErasure } from './erasure/step-erasure.js';
export type { ErasureContext } from './erasure/step-erasure.js';
export { foreseeWrites } from './identity/foresee-writes.js';
export type { ForeseenProblem, ForeseenWrites } from './identity/foresee-writes.js';
export { mergeRecords, previewMerge } from './identity/merge-records.js';
export type { MergeDone, MergeReport } from './identity/merge-records.js';
export type { IdentityParts, IdentityRefusal, MergeOrder, MovedReplica } from './identity/merge-order.js';
export { unmergeRecords } from './identity/unmerge-records.js';
export type { KeptChange } from './identity/restored-bodies.js';
export type { UnmergeDone, UnmergeReport } from './identity/unmerge-records.js';
export { identityKeys } from './merge/identity-keys.js';
export { mergeBatch } from './merge/merge-batch.js';
export { keyMoves, personVersion } from './merge/person-version.js';
export { targetsOf } from './merge/plan-targets.js';
export { repairRun } from './reconcile/repair-run.js';
export type { RepairCounts } from './reconcile/repair-run.js';
export { comparableStreams, runReconcile } from './reconcile/run-reconcile.js';
export type { ReconcileCounts, ReconcileOrder, StreamPlace } from './reconcile/run-reconcile.js';
export { emptyReport } from './remap/remap-report.js';
export type {
  KeptRecord,
  RemapProblem,
  RemapReport,
  RemapSample,
  RemapWrites,
  SampleWrite,
} from './remap/remap-report.js';
export { firstPhase, stepMappingRun } from './remap/step-mapping-run.js';
export type { MappingSource, RunStep } from './remap/step-mapping-run.js';
export { emptyUndoReport } from './undo/undo-report.js';
export type { UndoKept, UndoReport } from './undo/undo-report.js';
export { stepUndoRun } from './undo/step-undo-run.js';
export type { UndoContext } from './undo/step-undo-run.js';
export type { ReadReport } from './topology/read-report.js';
export type { StageClock, StageContext, StageObserver } from './topology/stage-context.js';
export { bindingOf } from './topology/topology.js';
export type {
  BrokenStream,
  EntityFlow,
  LiveConnection,
  StreamBinding,
  Topology,
  TopologySource,
} from './topology/topology.js';
