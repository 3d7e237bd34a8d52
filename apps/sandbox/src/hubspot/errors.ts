import { randomUUID } from 'node:crypto';

/** One problem inside an error answer. */
export interface Problem {
  readonly message: string;
  readonly code: string;
  readonly context: Record<string, string[]>;
}

/** An error answer of the CRM API. */
export class HubspotError extends Error {
  constructor(
    readonly status: number,
    readonly category: string,
    message: string,
    readonly more: {
      errors?: Problem[];
      context?: Record<string, string[]>;
      subCategory?: string;
      policyName?: string;
    } = {},
  ) {
    super(message);
  }

  /** Body of the whole answer. */
  body(): Record<string, unknown> {
    return {
      status: 'error',
      message: this.message,
      correlationId: randomUUID(),
      category: this.category,
      ...this.more,
    };
  }

  /** The error as a member of a batch answer. */
  batchItem(traceId: string | undefined): Record<string, unknown> {
    const context = { ...this.more.context, ...(traceId === undefined ? {} : { objectWriteTraceId: [traceId] }) };
    const { errors, subCategory } = this.more;
    return {
      status: 'error',
      category: this.category,
      ...(subCategory === undefined ? {} : { subCategory }),
      message: this.message,
      context,
      ...(errors === undefined ? {} : { errors }),
      links: {},
    };
  }
}

export function validationError(message: string, errors?: Problem[]): HubspotError {
  return new HubspotError(400, 'VALIDATION_ERROR', message, errors === undefined ? {} : { errors });
}

/** The error for property values that cannot be stored; the message carries the list as JSON text. */
export function invalidProperties(problems: { name: string; code: string; message: string }[]): HubspotError {
  const list = problems.map(({ name, code, message }) => ({ isValid: false, message, error: code, name }));
  return validationError(
    `Property values were not valid: ${JSON.stringify(list)}`,
    problems.map(({ name, code, message }) => ({ message, code, context: { propertyName: [name] } })),
  );
}

export function notFound(message = 'resource not found', ids: string[] = []): HubspotError {
  return new HubspotError(404, 'OBJECT_NOT_FOUND', message, ids.length === 0 ? {} : { context: { ids } });
}
