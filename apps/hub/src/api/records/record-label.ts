import { isEntityName, maskPersonal } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';

const NAMES = ['displayName', 'orderNumber', 'name', 'code', 'externalNumber', 'skuCode', 'customerNumber'];

/** What people call a record: its name or number; names of persons are masked. */
export function recordLabel(entity: string, body: { readonly [field: string]: unknown }, fallback: string): string {
  const found = NAMES.flatMap((name) =>
    typeof body[name] === 'string' && body[name] !== '' ? [[name, body[name]] as const] : [],
  )[0];
  if (!found) return fallback;
  const [name, value] = found;
  const masked: JsonObject = isEntityName(entity) ? maskPersonal(entity, { [name]: value }) : { [name]: value };
  const label = masked[name];
  return typeof label === 'string' ? label : fallback;
}
