import { exchange } from './exchange.js';
import { broken, doubtful, well } from './finding.js';
import type { DoctorFinding } from './finding.js';

/** PostgreSQL's SSLRequest: answered with one letter before anybody logs in (PostgreSQL manual, "Message Formats"). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Does a PostgreSQL answer at DATABASE_URL? Nothing is logged in to; the hub's own start does that. */
export async function checkDatabase(databaseUrl: string | undefined): Promise<DoctorFinding> {
  if (databaseUrl === undefined)
    return well('database', {
      en: 'The embedded PostgreSQL will be used (no DATABASE_URL).',
      zh: '将使用内置 PostgreSQL（未设置 DATABASE_URL）。',
    });
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  if (!url?.hostname || url.searchParams.get('host')?.startsWith('/'))
    return doubtful('database', {
      en: 'DATABASE_URL names no TCP host; not looked at.',
      zh: 'DATABASE_URL 未指定 TCP 主机，未检查。',
    });
  const where = { host: bare(url.hostname), port: Number(url.port || 5432) };
  const shown = `${url.hostname}:${where.port}`;
  const cure = { en: 'Check DATABASE_URL, and that the server runs.', zh: '请检查 DATABASE_URL，以及服务器是否运行。' };
  const result = await exchange(where, SSL_REQUEST, (answer) => answer.length > 0);
  if ('failed' in result)
    return broken(
      'database',
      {
        en: `PostgreSQL at ${shown} cannot be reached (${result.failed}).`,
        zh: `无法连接 PostgreSQL ${shown}（${result.failed}）。`,
      },
      cure,
    );
  if (/^[SN]/.test(result.answer.toString('latin1')))
    return well('database', { en: `PostgreSQL answers at ${shown}`, zh: `PostgreSQL ${shown} 有应答` });
  return broken(
    'database',
    { en: `What answers at ${shown} is no PostgreSQL.`, zh: `${shown} 的应答不是 PostgreSQL。` },
    cure,
  );
}

/** `[::1]` without its brackets. */
export function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
