import type { CliCommand } from '../../command.js';
import { textOf } from '../../command.js';

/** `isthmus mapping save-sample` */
export const saveSample: CliCommand = {
  usage: 'save-sample <mapping>',
  text: {
    en: 'add a captured row to the samples beside a mapping file, personal data replaced by fakes, with what it maps to',
    zh: '将采集到的行加入映射文件旁的样例：个人信息替换为同形假数据，并写入期望结果',
  },
  options: [
    { flags: '--file <file>', text: { en: 'JSON or YAML with the row', zh: '含该行的 JSON 或 YAML 文件' } },
    { flags: '--name <name>', text: { en: 'name of the sample', zh: '样例名称' } },
    { flags: '--dry-run', text: { en: 'print the sample and write nothing', zh: '只输出样例，不写入文件' } },
  ],
  async run(cli, call) {
    const { saveSampleOf } = await import('./save-sample-of.js');
    const { dryRun } = call.options;
    return saveSampleOf(cli, call.words[0] ?? '', {
      file: textOf(call, 'file'),
      name: textOf(call, 'name'),
      dryRun: dryRun === true,
    });
  },
};
