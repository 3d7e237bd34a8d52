import type { CliCommand } from '../../command.js';
import { textOf } from '../../command.js';
import { CliError } from '../../cli-error.js';
import { EXIT } from '../../exit-code.js';

/** `isthmus mapping laws` */
export const mappingLaws: CliCommand = {
  usage: 'laws [paths...]',
  text: {
    en: 'try the round trip of mapping files (default mappings/) with generated rows and records; exit 1 when a law breaks',
    zh: '用生成的数据检验映射文件的往返规律（默认 mappings/）；违反规律时退出码为 1',
  },
  options: [
    {
      flags: '--runs <count>',
      text: { en: 'rows and records for each mapping (default 300)', zh: '每个映射的试验次数（默认 300）' },
    },
  ],
  async run(cli, call) {
    const runs = textOf(call, 'runs') ?? '300';
    if (!/^[1-9]\d{0,5}$/.test(runs))
      throw new CliError(EXIT.usage, {
        en: `--runs takes a whole number from 1, not "${runs}".`,
        zh: `--runs 需要从 1 开始的整数，而不是“${runs}”。`,
      });
    const { showLaws } = await import('./show-laws.js');
    return showLaws(cli, call.words, Number(runs));
  },
};
