import { bare } from './check-database.js';
import { exchange } from './exchange.js';
import { broken, doubtful, well } from './finding.js';
import type { DoctorFinding } from './finding.js';

/** Does a Redis answer at REDIS_URL, does it take the password, and does it keep what it is given? */
export async function checkRedis(redisUrl: string | undefined): Promise<DoctorFinding> {
  if (redisUrl === undefined)
    return well('redis', {
      en: 'PostgreSQL will be the queue (no REDIS_URL).',
      zh: '将以 PostgreSQL 作为队列（未设置 REDIS_URL）。',
    });
  const url = URL.canParse(redisUrl) ? new URL(redisUrl) : undefined;
  const cure = { en: 'Check REDIS_URL, and that the server runs.', zh: '请检查 REDIS_URL，以及服务器是否运行。' };
  if (!url?.hostname) return broken('redis', { en: 'REDIS_URL names no host.', zh: 'REDIS_URL 未指定主机。' }, cure);
  const where = { host: bare(url.hostname), port: Number(url.port || 6379), tls: url.protocol === 'rediss:' };
  const shown = `${url.hostname}:${where.port}`;
  const result = await exchange(where, Buffer.from(hello(url)), (answer) => isWhole(answer.toString('latin1')));
  if ('failed' in result)
    return broken(
      'redis',
      {
        en: `Redis at ${shown} cannot be reached (${result.failed}).`,
        zh: `无法连接 Redis ${shown}（${result.failed}）。`,
      },
      cure,
    );
  return judge(result.answer.toString('latin1'), shown);
}

/** AUTH where the URL has a password, then PING, then the eviction policy, in one go. */
function hello(url: URL): string {
  const [user, password] = [url.username, url.password].map(decodeURIComponent);
  const auth = password ? [command('AUTH', ...(user ? [user] : []), password)] : [];
  return [...auth, command('PING'), command('CONFIG', 'GET', 'maxmemory-policy')].join('');
}

function command(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')}`;
}

const REFUSED = /-(NOAUTH|WRONGPASS|ERR AUTH|NOPERM)[^\r]*\r\n/;
const POLICY = /maxmemory-policy\r\n\$\d+\r\n([a-z-]+)\r\n/;

/** Refused, or both the PONG and an answer to the question after it are there. */
function isWhole(answer: string): boolean {
  const after = answer.split('+PONG\r\n')[1];
  return after === undefined
    ? REFUSED.test(answer) || /^-[^\r]*\r\n/.test(answer) || !/^[+-]/.test(answer)
    : POLICY.test(after) || /^(-[^\r]*|\*0)\r\n/.test(after);
}

function judge(answer: string, shown: string): DoctorFinding {
  if (!answer.includes('+PONG'))
    return REFUSED.test(answer)
      ? broken(
          'redis',
          { en: `Redis at ${shown} refuses the password.`, zh: `Redis ${shown} 拒绝了密码。` },
          {
            en: 'Put the right one into REDIS_URL: redis://:password@host:6379.',
            zh: '请在 REDIS_URL 中填写正确密码：redis://:password@host:6379。',
          },
        )
      : broken('redis', { en: `What answers at ${shown} is no Redis.`, zh: `${shown} 的应答不是 Redis。` });
  const policy = POLICY.exec(answer)?.[1];
  if (policy === 'noeviction') return well('redis', { en: `Redis answers at ${shown}`, zh: `Redis ${shown} 有应答` });
  if (policy === undefined)
    return doubtful('redis', {
      en: `Redis answers at ${shown}; its eviction policy could not be read (it must be noeviction).`,
      zh: `Redis ${shown} 有应答；无法读取其淘汰策略（必须为 noeviction）。`,
    });
  return broken(
    'redis',
    {
      en: `Redis at ${shown} may throw work away: maxmemory-policy is ${policy}.`,
      zh: `Redis ${shown} 可能丢弃任务：maxmemory-policy 为 ${policy}。`,
    },
    { en: 'Start it with --maxmemory-policy noeviction.', zh: '请以 --maxmemory-policy noeviction 启动。' },
  );
}
