import type { CliCommand } from '../../command.js';
import { textOf } from '../../command.js';

/** `isthmus mapping suggest` */
export const suggestMapping: CliCommand = {
  usage: 'suggest <mapping>',
  text: {
    en: 'propose rules for the native fields that a mapping (file, or connector/stream) leaves out; changes nothing',
    zh: '为映射（文件，或 连接器/数据流）未覆盖的原系统字段建议规则；不做任何修改',
  },
  options: [
    {
      flags: '--rows <file>',
      text: {
        en: 'JSON or YAML rows whose values are looked at (default: the samples beside it)',
        zh: '用于判断取值的行（JSON 或 YAML；默认为旁边的样例）',
      },
    },
  ],
  async run(cli, call) {
    const { suggestRulesFor } = await import('./suggest-rules-for.js');
    return suggestRulesFor(cli, call.words[0] ?? '', textOf(call, 'rows'));
  },
};
