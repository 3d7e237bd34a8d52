import { Get, Inject, Post } from '@nestjs/common';
import { coverageQuery } from '@isthmus/api-contract';
import type {
  CheckMapping,
  CoverageQuery,
  MappingCheck,
  MappingCoverage,
  MappingSuggestions,
  MappingTrace,
  SuggestMapping,
  TraceMapping,
} from '@isthmus/api-contract';
import type { JsonObject } from '@isthmus/json';
import { readRecordWithRow } from '@isthmus/ledger';
import { coverageReport, suggestRules, traceMapping } from '@isthmus/mapping';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies, MappingInput } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { notFound } from '../http/problem-error.js';
import { ValidBody, ValidQuery } from '../http/valid.js';
import { invalidMapping, readInUse, requirePlace } from '../stream-mappings/mapping-place.js';
import type { MappingPlace } from '../stream-mappings/mapping-place.js';
import { traceAnswer } from './trace-answer.js';

interface Traced {
  readonly row?: JsonObject;
  readonly record?: JsonObject;
}

/** Looks at a mapping and changes nothing: what the checker says, what each rule does, what is left out and what may be meant for it. */
@ApiController('mappings')
export class MappingToolsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Post('check')
  @Describe({ summary: 'Check a document as the mapping of a stream; nothing is stored', answer: 'MappingCheck' })
  check(@ValidBody('CheckMapping') { connection, stream, document }: CheckMapping): MappingCheck {
    const loaded = this.deps.mappings.load(connection, stream, document);
    if (!loaded) throw notFound();
    return { ok: loaded.compiled !== undefined, findings: loaded.findings };
  }

  @Post('trace')
  @Describe({ summary: 'Map one row or record and tell what each rule did; nothing is stored', answer: 'MappingTrace' })
  async trace(@ValidBody('TraceMapping') body: TraceMapping): Promise<MappingTrace> {
    const { input, environment } = await this.look(body);
    const { mapping, findings } = traceMapping(input);
    if (!mapping) throw invalidMapping(findings);
    const { row, record } = body.recordId === undefined ? (body as Traced) : await this.stored(body, body.recordId);
    if (row) return traceAnswer(mapping.toCanonical(row, environment));
    return traceAnswer(mapping.toNative(record ?? {}, environment));
  }

  /** What a stored record is traced with: its row as last seen in the stream, or its body on the way out. */
  private async stored({ connection, stream, direction }: TraceMapping, recordId: string): Promise<Traced> {
    const found = await readRecordWithRow(this.deps.database, recordId, connection, stream);
    if (!found || (direction !== 'out' && found.base === null)) throw notFound();
    return direction === 'out'
      ? { record: found.body as JsonObject }
      : { row: JSON.parse(found.base ?? '{}') as JsonObject };
  }

  @Post('suggest')
  @Describe({
    summary: 'Propose rules for native fields that the mapping leaves out; nothing is applied',
    answer: 'MappingSuggestions',
  })
  async suggest(@ValidBody('SuggestMapping') body: SuggestMapping): Promise<MappingSuggestions> {
    const { input } = await this.look(body);
    const { suggestions, findings } = suggestRules(input, { rows: (body.rows ?? []) as readonly JsonObject[] });
    if (!suggestions) throw invalidMapping(findings);
    return { items: suggestions.map(({ native, at, rules }) => ({ native, at, rules })) };
  }

  @Get('coverage')
  @Describe({ summary: 'Which fields the mapping in use covers, and which way each goes', answer: 'MappingCoverage' })
  async coverage(@ValidQuery(coverageQuery) query: CoverageQuery): Promise<MappingCoverage> {
    const { input } = await this.look(query);
    const { report, findings } = coverageReport(input);
    if (!report) throw invalidMapping(findings);
    const { entity, canonical, native, totals } = report;
    return { entity, canonical, native, totals };
  }

  /** The document that the request holds, else the one in use. */
  private async look({
    connection,
    stream,
    document,
  }: {
    readonly connection: string;
    readonly stream: string;
    readonly document?: string;
  }): Promise<MappingInput> {
    const place: MappingPlace = { connectionId: connection, stream };
    requirePlace(this.deps, place);
    const text = document ?? (await this.inUse(place));
    const found = text === undefined ? undefined : this.deps.mappings.input(connection, stream, text);
    if (!found) throw notFound();
    return found;
  }

  private async inUse(place: MappingPlace): Promise<Parameters<ApiDependencies['mappings']['input']>[2] | undefined> {
    const { published, beneath } = await readInUse(this.deps.database, this.deps, place);
    return published ? published.effective : beneath;
  }
}
