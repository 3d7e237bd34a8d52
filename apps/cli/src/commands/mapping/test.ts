import type { CliCommand } from '../../command.js';
import { isOn, textOf } from '../../command.js';

/** `isthmus mapping test` */
export const testMapping: CliCommand = {
  usage: 'test [paths...]',
  text: {
    en: 'run the samples beside mapping files (default mappings/) without a hub: PASS or FAIL with differences; exit 1 on FAIL',
    zh: '离线运行映射文件旁的样例（默认 mappings/）：PASS，或 FAIL 及差异；有 FAIL 时退出码为 1',
  },
  options: [
    {
      flags: '--update',
      text: { en: 'write what the mappings do now as expectations', zh: '将映射当前的结果写为期望' },
    },
    { flags: '--junit <file>', text: { en: 'also write the results as JUnit XML', zh: '同时输出 JUnit XML 结果' } },
  ],
  async run(cli, call) {
    const { testMappings } = await import('./test-mappings.js');
    return testMappings(cli, call.words, { update: isOn(call, 'update'), junit: textOf(call, 'junit') });
  },
};
