import type { Problem } from '@isthmus/api-contract';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-code.js';
import type { ExitCode } from '../exit-code.js';
import { plain } from '../language.js';

const BY_STATUS: { readonly [status: number]: ExitCode } = {
  401: EXIT.auth,
  403: EXIT.auth,
  409: EXIT.conflict,
  412: EXIT.conflict,
  423: EXIT.conflict,
  502: EXIT.unreachable,
  503: EXIT.unreachable,
  504: EXIT.unreachable,
};

/** The exit code for a refused request. */
export function exitCodeOf(status: number, code?: string): ExitCode {
  if (code?.startsWith('auth.')) return EXIT.auth;
  // A stream that cannot do what was asked is named wrongly; nobody changed it meanwhile.
  if (code?.startsWith('stream.')) return EXIT.usage;
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  return status >= 400 && status < 500 && status !== 429 ? EXIT.usage : EXIT.failure;
}

/** What to tell about an answer that is not a success. */
export function errorOfAnswer(status: number, body: unknown, url: string): CliError {
  if (!isProblem(body)) return notTheHub(status, url);
  const exitCode = exitCodeOf(status, body.code);
  const places = (body.errors ?? []).map(({ pointer, message }) => plain(`  ${pointer} ${message}`));
  const key =
    exitCode === EXIT.auth
      ? [
          {
            en: 'Put an API key into the environment variable ISTHMUS_API_KEY; the hub showed the first one at its first start.',
            zh: '请将 API 密钥放入环境变量 ISTHMUS_API_KEY；中枢首次启动时显示过第一个密钥。',
          },
        ]
      : [];
  return new CliError(exitCode, plain(`${body.detail} [${body.code}]`), [
    ...places,
    ...key,
    { en: `Request ${body.requestId}`, zh: `请求编号 ${body.requestId}` },
  ]);
}

/** Something answered, but not this API: another program, a proxy, or an address with a wrong path. */
export function notTheHub(status: number, url: string): CliError {
  return new CliError(
    exitCodeOf(status) === EXIT.usage ? EXIT.unreachable : exitCodeOf(status),
    {
      en: `${url} answered with status ${status}, but not as an Isthmus hub does.`,
      zh: `${url} 返回状态 ${status}，但不像是 Isthmus 中枢。`,
    },
    [{ en: 'Check ISTHMUS_URL or --url.', zh: '请检查 ISTHMUS_URL 或 --url。' }],
  );
}

function isProblem(body: unknown): body is Problem {
  const { code, detail, requestId } = (body ?? {}) as Partial<Problem>;
  return typeof code === 'string' && typeof detail === 'string' && typeof requestId === 'string';
}
