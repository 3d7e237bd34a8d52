import { FailureError } from '@isthmus/connector-kit';
import type { CheckStep, ConnectorContext } from '@isthmus/connector-kit';
import { restSettings } from './settings.js';
import { streams } from './streams.js';

/** Tries the credentials with one cheap call: the check path, else the first page of the first stream that can be read. */
export async function check(context: ConnectorContext): Promise<readonly CheckStep[]> {
  const { checkPath } = restSettings(context.settings);
  const readable = Object.values(streams(context.settings)).find((stream) => 'read' in stream);
  if (checkPath === undefined && !readable) {
    return [
      step(
        'connect',
        true,
        'Nothing to check: no check path and no stream that can be read.',
        '没有可检查的内容：未设置检查路径，也没有可读取的数据流。',
      ),
    ];
  }
  try {
    if (checkPath !== undefined) await context.http.call({ method: 'GET', path: checkPath, template: checkPath });
    else await firstPage(readable?.read?.(context, { cursor: undefined, full: true }));
    return [step('connect', true, 'The system answers and takes the credentials.', '对方系统应答正常，凭据有效。')];
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return [{ step: 'connect', ok: false, message: error.failure.message }];
  }
}

async function firstPage(pages: AsyncIterable<unknown> | undefined): Promise<void> {
  const iterator = pages?.[Symbol.asyncIterator]();
  await iterator?.next();
  await iterator?.return?.();
}

function step(name: string, ok: boolean, en: string, zh: string): CheckStep {
  return { step: name, ok, message: { en, zh } };
}
