import type { Sql } from '../database.js';

const WEBHOOK = { name: 'touch-webhook', text: `update connection set webhook_at = $2 where id = $1` };
const SUCCESS = {
  name: 'touch-success',
  text: `update connection set success_at = $2 where id = $1 and (success_at is null or success_at < $2::timestamptz - interval '5 s')`,
};

/** Notes when the last webhook of a connection came. */
export async function touchWebhook(sql: Sql, connectionId: string, at: Date): Promise<void> {
  await sql.run(WEBHOOK, [connectionId, at]);
}

/** Notes when a connection last took something; exact to five seconds. */
export async function touchSuccess(sql: Sql, connectionId: string, at: Date): Promise<void> {
  await sql.run(SUCCESS, [connectionId, at]);
}
