import type { ConnectionAnswer } from '@isthmus/api-contract';
import type { Hold, ListedConnection } from '@isthmus/ledger';
import { maintenanceUntil } from '../../runtime/maintenance.js';
import { iso } from '../http/exchange.js';

/** A held entity as the API shows it. */
export function holdAnswer({ entity, state, reason, since }: Hold): ConnectionAnswer['holds'][number] {
  return { entity, state, reason, since: iso(since) };
}

/** Until when a connection is in maintenance; null = it is not. */
export function maintenanceOf(row: Pick<ListedConnection, 'maintenance' | 'environment'>, now: Date): Date | null {
  const timeZone = row.environment['timeZone'];
  return maintenanceUntil(row.maintenance, typeof timeZone === 'string' ? timeZone : 'Asia/Shanghai', now) ?? null;
}
