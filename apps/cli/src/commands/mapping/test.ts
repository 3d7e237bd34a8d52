import type { CliCommand } from '../../command.js';

/** `isthmus mapping test` */
export const testMapping: CliCommand = {
  usage: 'test [paths...]',
  text: {
    en: 'run the samples beside mapping files (default mappings/) without a hub: PASS or FAIL with differences; exit 1 on FAIL',
    zh: '离线运行映射文件旁的样例（默认 mappings/）：PASS，或 FAIL 及差异；有 FAIL 时退出码为 1',
  },
  async run(cli, { words }) {
    const { testMappings } = await import('./test-mappings.js');
    return testMappings(cli, words);
  },
};
