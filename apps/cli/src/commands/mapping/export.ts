import { CliError } from '../../cli-error.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { placeOf, readMapping } from './stream-mapping.js';

/** `isthmus mapping export` */
export const exportMapping: CliCommand = {
  usage: 'export <connection> <stream>',
  text: {
    en: 'print the mapping in use as YAML, as a file in Git holds it',
    zh: '以 YAML 输出使用中的映射（可存入 Git）',
  },
  async run(cli, call) {
    const detail = await readMapping(cli, placeOf(call));
    const { document } = detail;
    if (document === null)
      throw new CliError(EXIT.usage, { en: 'No mapping is in use there.', zh: '该数据流没有使用中的映射。' });
    const { connectionId, stream, version } = detail;
    cli.printLines({ connectionId, stream, version, document }, () => document);
    return EXIT.ok;
  },
};
