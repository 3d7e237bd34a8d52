import { setTimeout as sleep } from 'node:timers/promises';
import type { ErasureAnswer } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { confirm, DRY_RUN, isOn, textOf, word, YES } from '../../command.js';
import type { Call, CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { orDash } from '../../output/words.js';
import { findRecordId } from './find-record-id.js';

const LOOK_MS = 500;

/** Option of commands whose reason is kept. */
export const REASON = {
  flags: '--reason <text>',
  text: { en: 'why, without naming the person: it is kept', zh: '原因（会保存，请勿写明个人信息）' },
};

/** The reason that was given. */
export function reasonOf(call: Call): string {
  const reason = textOf(call, 'reason')?.trim() ?? '';
  if (reason !== '') return reason;
  throw new CliError(EXIT.usage, {
    en: 'Say why: --reason "request 4711".',
    zh: '请说明原因：--reason "申请 4711"。',
  });
}

/** `isthmus record erase` */
export const eraseRecord: CliCommand = {
  usage: 'erase <record>',
  text: {
    en: 'erase a person from the hub: record, history, changes, tries, dead letters; the plan comes first',
    zh: '从中台删除个人信息：记录、历史、变更、投递与死信（先显示计划）',
  },
  options: [
    REASON,
    {
      flags: '--force',
      text: { en: 'also while a system may be creating the person', zh: '即使某系统可能正在新建该个人' },
    },
    DRY_RUN,
    YES,
  ],
  async run(cli, call) {
    const reason = reasonOf(call);
    const id = await findRecordId(cli, word(call, 0));
    const address = path`/records/${id}/erase`;
    const plan = await cli.hub().post<ErasureAnswer>(address, { reason, dryRun: true });
    if (isOn(call, 'dryRun')) {
      cli.print(plan, () => planText(cli, plan));
      return EXIT.ok;
    }
    if (!isOn(call, 'yes')) cli.terminal.err(planText(cli, plan));
    await confirm(cli, call, {
      en: 'Erase this person? It cannot be taken back.',
      zh: '确定删除该个人信息？此操作无法撤销。',
    });
    const order = { reason, ...(isOn(call, 'force') && { force: true }) };
    let run = await cli.hub().post<ErasureAnswer>(address, order);
    while (run.state === 'running') {
      await sleep(LOOK_MS);
      run = await cli.hub().get<ErasureAnswer>(path`/erasures/${String(run.id)}`);
    }
    cli.print(run, () => doneText(cli, run));
    return run.state === 'done' ? EXIT.ok : EXIT.failure;
  },
};

function planText(cli: Cli, plan: ErasureAnswer): string {
  const { say } = cli;
  const documents = plan.documents.map(({ entity, records, namedElsewhere }) =>
    say({
      en: `${records} ${entity} record(s) stay without their personal fields${namedElsewhere > 0 ? `; ${namedElsewhere} name the person in other texts, which stay` : ''}.`,
      zh: `${records} 条 ${entity} 记录保留，但清除个人字段${namedElsewhere > 0 ? `；其中 ${namedElsewhere} 条在其他文本中提到该个人，不会更改` : ''}。`,
    }),
  );
  const creating = plan.creating.map((id) =>
    say({ en: `${id} is creating the person at this moment.`, zh: `${id} 正在新建该个人。` }),
  );
  return [countTable(cli, plan), ...documents, ...creating, heldText(cli, plan), ''].join('\n');
}

function doneText(cli: Cli, run: ErasureAnswer): string {
  const head = cli.say({
    en: `Erasure ${run.id}: ${run.state}.`,
    zh: `删除任务 ${run.id}：${run.state}。`,
  });
  return [head, countTable(cli, run), heldText(cli, run), ''].join('\n');
}

function countTable(cli: Cli, { counts }: ErasureAnswer): string {
  return cli.table(
    [
      { head: { en: 'WHAT', zh: '内容' }, text: ([what]: [string, number]) => what },
      { head: { en: 'ROWS', zh: '行数' }, text: ([, rows]) => String(rows) },
    ],
    Object.entries(counts),
  );
}

/** The hub deletes nothing in other systems: who asked has to see to them. */
function heldText(cli: Cli, { held }: ErasureAnswer): string {
  if (held.length === 0)
    return cli.say({ en: 'No system is known to hold the person still.', zh: '没有已知系统仍保留该个人信息。' });
  const head = cli.say({
    en: 'Still held there; delete the person in these systems too:',
    zh: '以下系统仍保留该个人信息，请在其中一并删除：',
  });
  const rows = cli.table(
    [
      {
        head: { en: 'CONNECTION', zh: '连接' },
        text: (row: ErasureAnswer['held'][number]) => `${row.connectionId}/${row.stream}`,
      },
      { head: { en: 'NATIVE ID', zh: '原系统编号' }, text: (row) => orDash(row.nativeId) },
    ],
    held,
  );
  return `${head}\n${rows}`;
}
