import type { MappingReport, MappingRunAnswer } from '@isthmus/api-contract';
import type { Json } from '@isthmus/json';
import { countRemapDeliveries } from '@isthmus/ledger';
import type { MappingRun, Sql } from '@isthmus/ledger';
import { maskRaw } from '../changes/mask-raw.js';
import { iso, isoOrNull } from '../http/exchange.js';

type Sample = MappingReport['samples'][number];
type SampleValue = Sample['changes'][number];

/** A run as the API shows it; the values of its samples are masked unless asked for. */
export async function runAnswer(sql: Sql, run: MappingRun, unmask = false): Promise<MappingRunAnswer> {
  const { id, kind, connectionId, stream, fromVersion, toVersion, state, done, failure, actor } = run;
  const report = run.report as unknown as MappingReport;
  return {
    id,
    kind,
    connectionId,
    stream,
    publication: run.publicationId,
    fromVersion,
    toVersion,
    state,
    done,
    total: Math.max(run.total, done),
    waiting: kind === 'preview' ? 0 : await countRemapDeliveries(sql, connectionId, stream),
    report: unmask ? report : { ...report, samples: report.samples.map(masked) },
    masked: !unmask,
    failure,
    actor,
    startedAt: iso(run.startedAt),
    finishedAt: isoOrNull(run.finishedAt),
  };
}

function masked({ recordId, nativeId, changes, writes }: Sample): Sample {
  const hide = (value: SampleValue): SampleValue => ({
    ...value,
    ...('before' in value && { before: maskRaw(value.before as Json, nativeId) }),
    ...('after' in value && { after: maskRaw(value.after as Json, nativeId) }),
  });
  return { recordId, nativeId, changes: changes.map(hide), writes: writes.map(hide) };
}
