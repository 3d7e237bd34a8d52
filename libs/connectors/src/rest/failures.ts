import { makeFailure, sortByStatus } from '@isthmus/connector-kit';
import type { AnswerToSort, Failure, Json, Settings } from '@isthmus/connector-kit';
import { readAt, textAt } from './at-path.js';
import { restSettings } from './settings.js';
import type { RestAnswers } from './settings.js';

/** The far side says that what a create would make exists already. */
export const DUPLICATE = 'rest.duplicate';

/** Sorts answers by the manifest's `answers`, then by HTTP status. */
export function sortAnswer(answer: AnswerToSort, settings?: Settings): Failure | undefined {
  const answers = (settings && restSettings(settings).answers) ?? {};
  const isSuccess = answer.status >= 200 && answer.status < 300;
  if (isSuccess) return sortCode(answer.body, answers);
  if (answers.retry?.includes(answer.status)) {
    return makeFailure(
      'transient',
      'rest.retry',
      `The system asks to call again later (status ${answer.status}).`,
      `对方系统要求稍后重试（状态码 ${answer.status}）。`,
      {
        details: { status: answer.status },
      },
    );
  }
  const sorted = sortByStatus(answer, (body) => refusalOf(body, answers));
  if (sorted && answers.duplicate?.includes(answer.status)) return { ...sorted, kind: 'conflict', code: DUPLICATE };
  return sorted;
}

/** Status 200 with an error code in the body (FAULTS F19). */
function sortCode(body: Json, answers: RestAnswers): Failure | undefined {
  if (answers.okAt === undefined || answers.okValues === undefined) return undefined;
  const code = readAt(body, answers.okAt) ?? null;
  if (answers.okValues.some((value) => value === code)) return undefined;
  const shown = typeof code === 'object' ? 'none' : String(code);
  const { text, field } = refusalOf(body, answers);
  const isRetry = answers.retryValues?.some((value) => value === code) === true;
  return makeFailure(
    isRetry ? 'transient' : 'invalid',
    isRetry ? 'rest.retry' : 'rest.refused',
    `The system answered with code ${shown}. ${text ?? ''}`.trim(),
    `对方系统返回错误码 ${shown}。${text ?? ''}`,
    { details: { vendorCode: shown }, ...(field === undefined ? {} : { field }) },
  );
}

function refusalOf(body: Json, answers: RestAnswers): { text: string | undefined; field: string | undefined } {
  return { text: textAt(body, answers.messageAt ?? 'message'), field: textAt(body, answers.fieldAt) };
}
