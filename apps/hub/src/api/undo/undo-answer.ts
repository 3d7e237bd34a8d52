import type { UndoReportAnswer, UndoRunAnswer } from '@isthmus/api-contract';
import type { Json } from '@isthmus/json';
import type { UndoRun } from '@isthmus/ledger';
import { maskRaw } from '../changes/mask-raw.js';
import { iso, isoOrNull } from '../http/exchange.js';

type Change = UndoReportAnswer['samples'][number]['changes'][number];

/** A run as the API shows it; the values of its samples are masked. */
export function undoAnswer(run: UndoRun): UndoRunAnswer {
  const { id, batch, dryRun, created, state, failure, actor } = run;
  const report = run.report as unknown as UndoReportAnswer;
  return {
    id,
    batch: batch as UndoRunAnswer['batch'],
    dryRun,
    created,
    state,
    report: {
      ...report,
      samples: report.samples.map((sample) => ({ ...sample, changes: sample.changes.map(masked) })),
    },
    failure,
    actor,
    startedAt: iso(run.startedAt),
    finishedAt: isoOrNull(run.finishedAt),
  };
}

function masked(change: Change): Change {
  return {
    ...change,
    ...('before' in change && { before: maskRaw(change.before as Json, '') }),
    ...('after' in change && { after: maskRaw(change.after as Json, '') }),
  };
}
