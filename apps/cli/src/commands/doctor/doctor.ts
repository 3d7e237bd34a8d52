import type { CliCommand } from '../../command.js';

/** `isthmus doctor` */
export const doctor: CliCommand = {
  usage: 'doctor',
  text: {
    en: 'check Node, settings, data folder, ports, hub, database, Redis, clock and mappings (exit 1 when one fails)',
    zh: '检查 Node、设置、数据目录、端口、中枢、数据库、Redis、时钟和映射（有失败时退出码为 1）',
  },
  async run(cli) {
    const { examine } = await import('./examine.js');
    return examine(cli);
  },
};
