import type { Sql } from '../database.js';

const IN_FLIGHT = {
  name: 'find-creates-in-flight',
  text: `
select distinct connection_id as "connectionId", stream from replica
where entity = $1 and state = 'pending' and native_id is null and (claims > 0 or outcome_unknown)`,
};

/**
 * Streams in which the hub is creating something right now, or may have without knowing yet. A row of such a stream that no replica knows
 * may be our own create, seen before its answer was stored. Ask this before looking for replicas: then a create that is no longer in
 * flight has its native id already.
 */
export async function findCreatesInFlight(
  sql: Sql,
  entity: string,
): Promise<{ connectionId: string; stream: string }[]> {
  return sql.run<{ connectionId: string; stream: string }>(IN_FLIGHT, [entity]);
}
