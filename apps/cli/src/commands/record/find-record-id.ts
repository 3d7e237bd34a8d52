import type { RecordSummary } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { EXIT } from '../../exit-code.js';
import { plain } from '../../language.js';

const RECORD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SHOWN = 10;

/** The id of the record that is meant: an id itself, or a native id, phone, number or name that fits one record only. */
export async function findRecordId(cli: Cli, meant: string): Promise<string> {
  if (RECORD_ID.test(meant)) return meant.toLowerCase();
  const { items, next } = await cli.hub().list<RecordSummary>('/records', { q: meant }, SHOWN);
  const [only] = items;
  if (only && items.length === 1) return only.id;
  throw new CliError(
    EXIT.usage,
    items.length === 0
      ? { en: `No record fits "${meant}".`, zh: `没有符合“${meant}”的记录。` }
      : {
          en: `"${meant}" fits ${items.length}${next === null ? '' : ' or more'} records; give the id of one:`,
          zh: `“${meant}”符合 ${items.length} 条${next === null ? '' : '以上'}记录，请指定编号：`,
        },
    items.map(({ id, entity, label }) => plain(`  ${id}  ${entity}  ${label}`)),
  );
}
