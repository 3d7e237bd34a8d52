import { asArray, asObject, asText, type JsonObject } from '../wire/json.js';
import { inlineTargets, linkTargets } from './inline-associations.js';
import { found, type Crm, type CrmRow } from './crm.js';
import { HubspotError, notFound, validationError } from './errors.js';
import type { ObjectType } from './object-types.js';
import { shapeRow, shapeWritten } from './shape.js';

const MAX_INPUTS = 100;

/** Answer of a batch call: HTTP status and body. */
export interface BatchAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** When a batch may succeed in part: for traced inputs only (as documented), or always. */
export type MultiStatus = 'traced' | 'always';

/** The inputs of a batch, at most a hundred. */
export function batchInputs(body: unknown): JsonObject[] {
  const inputs = asArray(asObject(body)['inputs']).map(asObject);
  if (inputs.length === 0) throw validationError('inputs must not be empty');
  if (inputs.length > MAX_INPUTS)
    throw validationError(`The maximum number of inputs is ${MAX_INPUTS}, ${inputs.length} were given`);
  return inputs;
}

/** A finished batch answer; with errors it is a 207. */
export function batchAnswer(
  status: number,
  results: unknown[],
  errors: unknown[],
  startedAt: number,
  now: number,
): BatchAnswer {
  const moments = { startedAt: new Date(startedAt).toISOString(), completedAt: new Date(now).toISOString() };
  const failed = errors.length === 0 ? {} : { numErrors: errors.length, errors };
  return { status: errors.length === 0 ? status : 207, body: { status: 'COMPLETE', results, ...failed, ...moments } };
}

/** The batch calls of one kind of object. */
export class BatchCalls {
  constructor(
    private readonly crm: Crm,
    private readonly now: () => number,
    private readonly multiStatus: () => MultiStatus,
  ) {}

  create(type: ObjectType, body: unknown): BatchAnswer {
    const inputs = batchInputs(body);
    refuseRepeated(inputs.map((input) => asText(asObject(input['properties'])['email']).trim().toLowerCase()));
    return this.write(201, inputs, (input, dry) => {
      const targets = inlineTargets(this.crm, type, input['associations']);
      if (dry) return void this.crm.checkCreate(type, input['properties']);
      const row = this.crm.create(type, input['properties'], 'API');
      linkTargets(this.crm, type, row.id, targets, this.now());
      return shapeWritten(row);
    });
  }

  update(type: ObjectType, body: unknown): BatchAnswer {
    const inputs = batchInputs(body);
    refuseRepeated(inputs.map((input) => asText(input['id'])));
    return this.write(200, inputs, (input, dry) => {
      const id = asText(input['id']);
      const row = found(this.crm.find(type, id, optional(input['idProperty'])), [id]);
      if (dry) return void this.crm.checkUpdate(type, row, input['properties']);
      return shapeWritten(this.crm.update(type, row, input['properties'], 'API'));
    });
  }

  upsert(type: ObjectType, body: unknown): BatchAnswer {
    const inputs = batchInputs(body);
    refuseRepeated(inputs.map((input) => asText(input['id']).trim().toLowerCase()));
    return this.write(200, inputs, (input, dry) => {
      const idProperty = optional(input['idProperty']);
      const id = asText(input['id']);
      const known = this.crm.find(type, id, idProperty);
      if (known === undefined && idProperty === undefined) throw notFound(undefined, [id]);
      const properties = {
        ...(idProperty === undefined ? {} : { [idProperty]: id }),
        ...asObject(input['properties']),
      };
      if (dry)
        return void (known ? this.crm.checkUpdate(type, known, properties) : this.crm.checkCreate(type, properties));
      const row = known ? this.crm.update(type, known, properties, 'API') : this.crm.create(type, properties, 'API');
      return { ...shapeWritten(row), new: known === undefined };
    });
  }

  read(type: ObjectType, body: unknown): BatchAnswer {
    const startedAt = this.now();
    const { properties, idProperty } = asObject(body);
    const asked = asArray(properties).map(asText);
    const missing: string[] = [];
    const rows: CrmRow[] = [];
    for (const input of batchInputs(body)) {
      const row = this.crm.find(type, asText(input['id']), optional(idProperty));
      if (row === undefined) missing.push(asText(input['id']));
      else rows.push(row);
    }
    const errors =
      missing.length === 0
        ? []
        : [notFound('Could not get some objects, they may be deleted or not exist.', missing).batchItem(undefined)];
    return batchAnswer(
      200,
      rows.map((row) => shapeRow(type, row, asked, this.crm)),
      errors,
      startedAt,
      this.now(),
    );
  }

  archive(type: ObjectType, body: unknown): void {
    for (const input of batchInputs(body)) this.crm.archive(type, asText(input['id']), 'API');
  }

  /** Runs every input. Without trace ids the first bad value refuses the whole batch before anything is written. */
  private write(
    status: number,
    inputs: JsonObject[],
    run: (input: JsonObject, dry: boolean) => object | undefined | void,
  ): BatchAnswer {
    const startedAt = this.now();
    const inPart =
      this.multiStatus() === 'always' || inputs.every((input) => asText(input['objectWriteTraceId']) !== '');
    if (!inPart) for (const input of inputs) this.probe(input, run);
    const results: object[] = [];
    const errors: object[] = [];
    for (const input of inputs) {
      const traceId = optional(input['objectWriteTraceId']);
      try {
        results.push({ ...run(input, false), ...(traceId === undefined ? {} : { objectWriteTraceId: traceId }) });
      } catch (error) {
        if (!(error instanceof HubspotError)) throw error;
        errors.push(error.batchItem(traceId));
      }
    }
    return batchAnswer(status, results, errors, startedAt, this.now());
  }

  /** A record that does not exist never refuses the whole batch; a bad value does. */
  private probe(input: JsonObject, run: (input: JsonObject, dry: boolean) => unknown): void {
    try {
      run(input, true);
    } catch (error) {
      if (!(error instanceof HubspotError) || error.status !== 404) throw error;
    }
  }
}

function optional(value: unknown): string | undefined {
  return asText(value) === '' ? undefined : asText(value);
}

function refuseRepeated(ids: string[]): void {
  const seen = new Set<string>();
  const repeated = ids.filter((id) => id !== '' && (seen.has(id) || !seen.add(id)));
  if (repeated.length > 0)
    throw validationError(`Duplicate IDs found in batch input: [${repeated.join(', ')}]. IDs must be unique`);
}
