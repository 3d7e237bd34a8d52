import type { CliCommand } from '../../command.js';
import { isOn } from '../../command.js';

/** `isthmus mapping coverage` */
export const coverMapping: CliCommand = {
  usage: 'coverage [paths...]',
  text: {
    en: 'which canonical and native fields mapping files cover, and which way each goes (default mappings/)',
    zh: '映射文件覆盖了哪些规范字段与原系统字段及其方向（默认 mappings/）',
  },
  options: [{ flags: '--unmapped', text: { en: 'only fields that nothing maps', zh: '只列出未映射的字段' } }],
  async run(cli, call) {
    const { showCoverage } = await import('./show-coverage.js');
    return showCoverage(cli, call.words, isOn(call, 'unmapped'));
  },
};
