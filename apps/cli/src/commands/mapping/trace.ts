import type { CliCommand } from '../../command.js';
import { isOn, textOf } from '../../command.js';

/** `isthmus mapping trace` */
export const traceMappingCommand: CliCommand = {
  usage: 'trace <mapping>',
  text: {
    en: 'map the rows of a file with a mapping (file, or connector/stream): both sides and what each rule did',
    zh: '用映射（文件，或 连接器/数据流）转换文件中的行：显示两侧数据与每条规则的作用',
  },
  options: [
    {
      flags: '--file <file>',
      text: { en: 'JSON or YAML with a row, rows or samples', zh: '含行或样例的 JSON 或 YAML 文件' },
    },
    {
      flags: '--back',
      text: { en: 'the file holds records: map them to native rows', zh: '文件中为规范记录：转换为原系统行' },
    },
    {
      flags: '--record <id>',
      text: {
        en: 'ask the hub: the row of this stored record; <mapping> is then connection/stream',
        zh: '向中台查询：使用该已存记录的行；此时 <mapping> 为 连接/数据流',
      },
    },
    { flags: '--skipped', text: { en: 'show rules that kept quiet, too', zh: '同时显示未起作用的规则' } },
  ],
  async run(cli, call) {
    const record = textOf(call, 'record');
    if (record !== undefined) {
      const { traceRecord } = await import('./trace-record.js');
      return traceRecord(cli, call.words[0] ?? '', {
        record,
        back: isOn(call, 'back'),
        skipped: isOn(call, 'skipped'),
      });
    }
    const { traceFile } = await import('./trace-file.js');
    return traceFile(cli, call.words[0] ?? '', {
      file: textOf(call, 'file'),
      back: isOn(call, 'back'),
      skipped: isOn(call, 'skipped'),
    });
  },
};
