import { applyDecorators, Controller, HttpCode, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { ComponentName } from '@isthmus/api-contract';
import { KeyGuard } from './door.js';
import { IdempotencyInterceptor } from './idempotency.js';
import { LedgerPatience } from './ledger-patience.js';

/** A controller of API v1: below `/api/v1`, behind the key. */
export function ApiController(path: string): ClassDecorator {
  return applyDecorators(
    Controller(`api/v1/${path}`),
    ApiTags(path.split('/')[0] ?? path),
    ApiSecurity('apiKey'),
    ApiSecurity('bearer'),
    UseGuards(KeyGuard),
    UseInterceptors(LedgerPatience),
  ) as ClassDecorator;
}

/** What one address of the API does. */
export interface Description {
  readonly summary: string;
  /** Schema of the answer; absent = no body. */
  readonly answer?: ComponentName;
  /** @default 200 */
  readonly status?: number;
}

const problem = {
  description: 'Refused, with the reason.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Sets the status of an address and describes it. */
export function Describe({ summary, answer, status = 200 }: Description): MethodDecorator {
  const schema = answer && { schema: { $ref: `#/components/schemas/${answer}` } };
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary }),
    ApiResponse({ status, description: 'Done.', ...schema }),
    ApiResponse({ status: 'default', ...problem }),
  );
}

/** A POST that starts something: a repetition with the same Idempotency-Key gets the first answer and starts nothing. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Any text up to 200 characters; the answer is kept for 24 hours.',
    }),
  );
}
