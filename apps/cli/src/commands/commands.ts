import type { CliCommand, CommandGroup } from '../command.js';
import { listChanges } from './change/list.js';
import { replayChange } from './change/replay.js';
import { decideConflict } from './conflict/decide.js';
import { listConflicts } from './conflict/list.js';
import { listConnections } from './connection/list.js';
import { pauseConnection } from './connection/pause.js';
import { resumeConnection } from './connection/resume.js';
import { showConnection } from './connection/show.js';
import { testConnection } from './connection/test.js';
import { groupDeadLetters } from './dead-letter/groups.js';
import { listDeadLetters } from './dead-letter/list.js';
import { replayDeadLetters } from './dead-letter/replay.js';
import { doctor } from './doctor/doctor.js';
import { checkMapping } from './mapping/check.js';
import { testMapping } from './mapping/test.js';
import { reconcile } from './reconcile.js';
import { findRecord } from './record/find.js';
import { recordHistory } from './record/history.js';
import { showRecord } from './record/show.js';
import { traceRecord } from './record/trace.js';
import { status } from './status.js';

/** Every command, in the order of the help text. */
export const commands: readonly (CliCommand | CommandGroup)[] = [
  status,
  {
    name: 'connection',
    text: { en: 'configured accounts of far systems', zh: '已配置的系统连接' },
    commands: [listConnections, showConnection, testConnection, pauseConnection, resumeConnection],
  },
  {
    name: 'record',
    text: { en: 'the one true copy of each thing', zh: '每个对象的唯一记录' },
    commands: [findRecord, showRecord, recordHistory, traceRecord],
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
    name: 'conflict',
    text: { en: 'fields that two sides changed', zh: '双方都更改过的字段' },
    commands: [listConflicts, decideConflict],
  },
  {
    name: 'mapping',
    text: { en: 'mapping files, checked without a hub', zh: '映射文件（无需中枢即可检查）' },
    commands: [checkMapping, testMapping],
  },
  reconcile,
  doctor,
];
