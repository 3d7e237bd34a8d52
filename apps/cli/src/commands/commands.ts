import type { CliCommand, CommandGroup } from '../command.js';
import { backfill } from './backfill.js';
import { listChanges } from './change/list.js';
import { replayChange } from './change/replay.js';
import { decideConflict } from './conflict/decide.js';
import { listConflicts } from './conflict/list.js';
import { showConflict } from './conflict/show.js';
import { listConnections } from './connection/list.js';
import { drainConnection } from './connection/drain.js';
import { pauseConnection } from './connection/pause.js';
import { resumeConnection } from './connection/resume.js';
import { showConnection } from './connection/show.js';
import { testConnection } from './connection/test.js';
import { groupDeadLetters } from './dead-letter/groups.js';
import { listDeadLetters } from './dead-letter/list.js';
import { replayDeadLetters } from './dead-letter/replay.js';
import { rejectDeletes, releaseDeletes } from './delete-brake/decide.js';
import { listDeleteBrakes } from './delete-brake/list.js';
import { doctor } from './doctor/doctor.js';
import { checkMapping } from './mapping/check.js';
import { coverMapping } from './mapping/coverage.js';
import { diffMapping } from './mapping/diff.js';
import { draftMapping } from './mapping/draft.js';
import { exportMapping } from './mapping/export.js';
import { importMapping } from './mapping/import.js';
import { mappingLaws } from './mapping/laws.js';
import { listMappings } from './mapping/list.js';
import { previewMapping } from './mapping/preview.js';
import { publishMapping } from './mapping/publish.js';
import { rollbackMapping } from './mapping/rollback.js';
import { saveSample } from './mapping/save-sample.js';
import { showMapping } from './mapping/show.js';
import { suggestMapping } from './mapping/suggest.js';
import { testMapping } from './mapping/test.js';
import { traceMappingCommand } from './mapping/trace.js';
import { reconcile } from './reconcile.js';
import { flow } from './flow/steer.js';
import { recordDuplicates } from './record/duplicates.js';
import { eraseRecord } from './record/erase.js';
import { findRecord } from './record/find.js';
import { recordHistory } from './record/history.js';
import { liftErasure } from './record/lift-erasure.js';
import { mergeRecord } from './record/merge.js';
import { restoreRecord } from './record/restore.js';
import { showRecord } from './record/show.js';
import { traceRecord } from './record/trace.js';
import { undeleteRecord } from './record/undelete.js';
import { unmergeRecord } from './record/unmerge.js';
import { decideReview } from './review/decide.js';
import { listReviews } from './review/list.js';
import { status } from './status.js';
import { undo } from './undo.js';

/** Every command, in the order of the help text. */
export const commands: readonly (CliCommand | CommandGroup)[] = [
  status,
  {
    name: 'connection',
    text: { en: 'configured accounts of far systems', zh: '已配置的系统连接' },
    commands: [listConnections, showConnection, testConnection, pauseConnection, drainConnection, resumeConnection],
  },
  {
    name: 'record',
    text: { en: 'the one true copy of each thing', zh: '每个对象的唯一记录' },
    commands: [
      findRecord,
      showRecord,
      recordHistory,
      traceRecord,
      restoreRecord,
      undeleteRecord,
      recordDuplicates,
      mergeRecord,
      unmergeRecord,
      eraseRecord,
      liftErasure,
    ],
  },
  {
    name: 'change',
    text: { en: 'what connections told the hub', zh: '各连接发来的变更' },
    commands: [listChanges, replayChange],
  },
  {
    name: 'dead-letter',
    text: { en: 'what waits for a person', zh: '需人工处理的条目' },
    commands: [listDeadLetters, groupDeadLetters, replayDeadLetters],
  },
  {
    name: 'delete-brake',
    text: { en: 'mass deletions that were stopped', zh: '被拦截的大量删除' },
    commands: [listDeleteBrakes, releaseDeletes, rejectDeletes],
  },
  {
    name: 'review',
    text: { en: 'objects of which a person has to say what record they are', zh: '待人工确认身份的对象' },
    commands: [listReviews, decideReview],
  },
  {
    name: 'conflict',
    text: { en: 'fields that two sides changed', zh: '双方都更改过的字段' },
    commands: [listConflicts, showConflict, decideConflict],
  },
  {
    name: 'mapping',
    text: {
      en: 'mappings: files checked without a hub, and versions in a hub',
      zh: '映射：离线检查文件，以及中枢中的版本',
    },
    commands: [
      checkMapping,
      testMapping,
      mappingLaws,
      traceMappingCommand,
      suggestMapping,
      coverMapping,
      saveSample,
      listMappings,
      showMapping,
      diffMapping,
      draftMapping,
      importMapping,
      exportMapping,
      previewMapping,
      publishMapping,
      rollbackMapping,
    ],
  },
  flow,
  backfill,
  reconcile,
  undo,
  doctor,
];
