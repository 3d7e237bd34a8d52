import {
  eraseAttempts,
  erasureRuns,
  hasOlderWriters,
  noteErasedDocuments,
  pageErasedDocuments,
  recordsOfErasure,
  recordsOfPerson,
  saveErasure,
} from '@isthmus/ledger';
import type { ErasureRun, Sql } from '@isthmus/ledger';
import { isEntityName } from '@isthmus/canonical';
import type { StageContext } from '../topology/stage-context.js';
import { stepFailure } from '../topology/step-failure.js';
import { eraseDocuments } from './erase-documents.js';
import { findDocuments } from './plan-erasure.js';

const PAGE = 100;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** What the steps of an erasure need of a stage's context. */
export type ErasureContext = Pick<StageContext, 'database' | 'topology' | 'clock'>;

type Step = 'stepped' | 'ended' | 'waits';

/**
 * Does one step of an erasure in one transaction that ends with how far it came: a process that dies loses one step, and the next one of any
 * process goes on. First the documents that carry data of the person are listed, then gone through, then what was in flight when the person
 * was erased is waited for and cleared.
 *
 * @returns `waits` = somebody else is at it, something older still runs, or the step failed and will be tried again
 */
export async function stepErasure(context: ErasureContext, id: number, failpoint?: () => void): Promise<Step> {
  const { database, clock } = context;
  try {
    return await database.transaction((sql) => stepOnce(sql, context, id, failpoint));
  } catch (error) {
    await erasureRuns.fail(database, clock.now(), id, stepFailure('erasure.failed', error));
    return 'waits';
  }
}

async function stepOnce(sql: Sql, context: ErasureContext, id: number, failpoint?: () => void): Promise<Step> {
  const run = await erasureRuns.take(sql, id);
  if (typeof run === 'string') return run;
  const next = await PHASES[run.phase](sql, context, run);
  failpoint?.();
  if (next === 'waits') return 'waits';
  await saveErasure(sql, context.clock.now(), { ...run, ...next });
  return next.state === 'done' ? 'ended' : 'stepped';
}

type Progress = Partial<Pick<ErasureRun, 'phase' | 'position' | 'counts' | 'state'>>;

const PHASES: {
  readonly [phase in ErasureRun['phase']]: (
    sql: Sql,
    context: ErasureContext,
    run: ErasureRun,
  ) => Promise<Progress | 'waits'>;
} = { collect, documents, settle };

/** What comes to refer to the person from now on is noted by the merge; what did before is looked for here. */
async function collect(sql: Sql, { clock }: ErasureContext, run: ErasureRun): Promise<Progress> {
  const recordIds = (await recordsOfPerson(sql, run.recordId)).map(({ id }) => id);
  if (!isEntityName(run.entity)) return { state: 'done' };
  const found = [...(await findDocuments(sql, { entity: run.entity, recordIds })).values()].flat();
  const documents = found.map((recordId) => ({ recordId, erasureId: run.id }));
  await noteErasedDocuments(sql, clock.now(), documents, false);
  return { phase: 'documents', position: null };
}

async function documents(sql: Sql, context: ErasureContext, run: ErasureRun): Promise<Progress> {
  const page = await pageErasedDocuments(sql, run.id, run.position ?? FIRST_ID, PAGE);
  const last = page.at(-1);
  if (last === undefined) return { phase: 'settle', position: null };
  const done = await eraseDocuments(sql, context.topology.current(), page, context.clock.now());
  return { position: last, counts: plus(run.counts, done) };
}

/** Tries whose calls were on their way to the ledger when the person was erased. */
async function settle(sql: Sql, { clock }: ErasureContext, run: ErasureRun): Promise<Progress | 'waits'> {
  if (await hasOlderWriters(sql, run.id, clock.now())) return 'waits';
  const attempts = await eraseAttempts(sql, await recordsOfErasure(sql, run.id));
  return { state: 'done', counts: plus(run.counts, { attempts }) };
}

function plus(counts: ErasureRun['counts'], more: ErasureRun['counts']): ErasureRun['counts'] {
  const sum: { [what: string]: number } = { ...counts };
  for (const [what, count] of Object.entries(more)) sum[what] = (sum[what] ?? 0) + count;
  return sum;
}
