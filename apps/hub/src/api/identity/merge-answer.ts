import type { MergeReportAnswer, RecordMergeAnswer, UnmergeReportAnswer } from '@isthmus/api-contract';
import type { RecordMerge } from '@isthmus/ledger';
import type { MergeReport, UnmergeReport } from '@isthmus/stages';
import { iso, isoOrNull } from '../http/exchange.js';

const SAMPLES = 20;

/** What a merge did or would do, as the API shows it. */
export function mergeAnswer(report: MergeReport): MergeReportAnswer {
  const { references, fields, replicas, shared, contradictions, ...rest } = report;
  return {
    ...rest,
    dryRun: report.mergeId === null,
    fields: fields.map((field) => ({ ...field })),
    replicas: [...replicas],
    shared: [...shared],
    contradictions: [...contradictions],
    references: {
      count: references.length,
      samples: references.slice(0, SAMPLES).map((row) => ({ ...row, pointers: [...row.pointers] })),
    },
  };
}

/** What an undo did, as the API shows it. */
export function unmergeAnswer(report: UnmergeReport): UnmergeReportAnswer {
  return {
    ...report,
    changes: [...report.changes],
    replicas: [...report.replicas],
    lost: [...report.lost],
    since: [...report.since],
    leftReferences: report.leftReferences.slice(0, SAMPLES),
  };
}

/** A merge in the history of a record. */
export function recordMergeAnswer(merge: RecordMerge): RecordMergeAnswer {
  const { id, survivor, other, state, report, actor, undoneBy } = merge;
  const moments = { at: iso(merge.at), undoneAt: isoOrNull(merge.undoneAt) };
  return { id, survivorId: survivor, otherId: other, state, report, actor, undoneBy, ...moments };
}
