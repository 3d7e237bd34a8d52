import { FailureError } from '@isthmus/connector-kit';
import type { ConnectorContext } from '@isthmus/connector-kit';
import { idOf, textIn } from './answers.js';
import { listPages } from './read-list.js';
import { textSetting } from './settings.js';

const LIST = '/jdy/v2/bd/measure_unit';

/**
 * Id of the unit with this name: ids differ between account sets, so they are looked up. Without a name the setting counts.
 *
 * @throws FailureError `missing-reference` when the account set has no such unit
 */
export async function unitId(context: ConnectorContext, name: string): Promise<string> {
  if (name === '') return textSetting(context.settings, 'defaultUnitId');
  for await (const page of listPages(context, LIST, { search: name })) {
    const unit = page.rows.find((row) => textIn(row, 'name') === name);
    if (unit !== undefined) return idOf(unit);
  }
  throw new FailureError({
    kind: 'missing-reference',
    code: 'kingdee-xingchen.unknown-unit',
    message: {
      en: `Kingdee has no unit named ${name}. Create it there, or correct the unit table of the mapping.`,
      zh: `金蝶中没有名为“${name}”的计量单位。请先创建，或更正映射中的单位表。`,
    },
    field: 'unit_name',
  });
}
