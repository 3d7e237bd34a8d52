import type { CliCommand } from '../../command.js';

/** `isthmus mapping check` */
export const checkMapping: CliCommand = {
  usage: 'check [paths...]',
  text: {
    en: 'check mapping files (default mappings/) without a hub: file:line:col code message; exit 4 on errors',
    zh: '离线检查映射文件（默认 mappings/）：文件:行:列 代码 说明；有错误时退出码为 4',
  },
  async run(cli, { words }) {
    // Loaded only here: the other commands start faster without the connectors and the mapping language.
    const { checkMappings } = await import('./check-mappings.js');
    return checkMappings(cli, words);
  },
};
