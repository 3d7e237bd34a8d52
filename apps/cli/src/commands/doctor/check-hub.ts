import { createServer } from 'node:net';
import type { Wording } from '@isthmus/api-contract';
import { CliError } from '../../cli-error.js';
import { EXIT } from '../../exit-code.js';
import type { HubAddress } from '../../hub/hub-address.js';
import type { HubClient } from '../../hub/hub-client.js';
import { broken, doubtful, well } from './finding.js';
import type { DoctorFinding } from './finding.js';

const PATIENCE_MS = 5_000;
const MOST_CLOCK_SECONDS = 30;

/** What the hub said about its readiness; undefined = no hub answered. */
export interface HubSight {
  readonly ready: boolean;
  readonly words: string;
  /** The hub's clock when it answered. */
  readonly date: Date | undefined;
}

/** Asks the hub whether it is ready. Needs no key. */
export async function lookAtHub({ url }: HubAddress): Promise<HubSight | undefined> {
  try {
    const answer = await fetch(`${url}/health/ready`, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    const { status, checks = {} } = (await answer.json()) as { status?: unknown; checks?: Record<string, unknown> };
    if (status !== 'pass' && status !== 'fail') return undefined;
    const date = new Date(answer.headers.get('date') ?? '');
    return { ready: answer.ok, words: notPassed(checks), date: Number.isNaN(date.getTime()) ? undefined : date };
  } catch {
    return undefined;
  }
}

function notPassed(checks: Record<string, unknown>): string {
  const texts = Object.entries(checks).flatMap(([name, results]) =>
    (Array.isArray(results) ? (results as { status?: string; output?: string }[]) : [])
      .filter(({ status }) => status !== 'pass')
      .map(({ output }) => `${name}: ${output ?? ''}`),
  );
  return texts.join(' ');
}

/** The hub's readiness, and whether the key is right. */
export async function checkHub(
  sight: HubSight | undefined,
  address: HubAddress,
  hub: HubClient,
): Promise<readonly DoctorFinding[]> {
  if (!sight)
    return [
      doubtful(
        'hub',
        { en: `No hub answers at ${address.url}.`, zh: `${address.url} 没有中枢应答。` },
        { en: 'Start it (npm start), or set ISTHMUS_URL.', zh: '请启动中枢（npm start），或设置 ISTHMUS_URL。' },
      ),
    ];
  const ready = sight.ready
    ? well('hub', { en: `${address.url} is ready`, zh: `${address.url} 就绪` })
    : broken('hub', { en: `${address.url} is not ready. ${sight.words}`, zh: `${address.url} 未就绪。${sight.words}` });
  return [ready, await checkKey(address, hub)];
}

async function checkKey({ apiKey }: HubAddress, hub: HubClient): Promise<DoctorFinding> {
  const cure: Wording = {
    en: 'Put a key into ISTHMUS_API_KEY; the hub showed the first one at its first start.',
    zh: '请将密钥放入 ISTHMUS_API_KEY；中枢首次启动时显示过第一个密钥。',
  };
  if (apiKey === undefined) return doubtful('api-key', { en: 'No API key is set.', zh: '未设置 API 密钥。' }, cure);
  try {
    await hub.get('/status');
    return well('api-key', { en: 'The API key is accepted.', zh: 'API 密钥有效。' });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return broken('api-key', error.wording, error.exitCode === EXIT.auth ? cure : undefined);
  }
}

/** Do this machine and the hub agree about the time? Signatures and tokens live for minutes only. */
export function checkClock(sight: HubSight | undefined, now: Date): DoctorFinding {
  if (!sight?.date) return doubtful('clock', { en: 'Not compared: no hub answers.', zh: '未比对：没有中枢应答。' });
  const seconds = Math.round(Math.abs(sight.date.getTime() - now.getTime()) / 1_000);
  const message = { en: `${seconds} s from the hub's clock`, zh: `与中枢时钟相差 ${seconds} 秒` };
  if (seconds <= MOST_CLOCK_SECONDS) return well('clock', message);
  return broken('clock', message, { en: 'Set both clocks by NTP.', zh: '请用 NTP 校准两边时钟。' });
}

/** Would `npm start` find its ports free? Only asked where no hub runs yet. */
export async function checkPorts(
  ports: readonly { readonly variable: string; readonly port: number }[],
): Promise<readonly DoctorFinding[]> {
  return Promise.all(
    ports.map(async ({ variable, port }) =>
      (await isFree(port))
        ? well('ports', { en: `${port} is free`, zh: `端口 ${port} 可用` })
        : broken(
            'ports',
            { en: `Port ${port} is taken by another program.`, zh: `端口 ${port} 已被其他程序占用。` },
            { en: `Stop it, or set ${variable}.`, zh: `请停止该程序，或设置 ${variable}。` },
          ),
    ),
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((found) => {
    const server = createServer();
    server.once('error', () => found(false));
    server.listen(port, '127.0.0.1', () => server.close(() => found(true)));
  });
}
