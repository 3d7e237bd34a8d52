import { Get, Inject } from '@nestjs/common';
import { mappingsQuery } from '@isthmus/api-contract';
import type { MappingsQuery, MappingVersionAnswer } from '@isthmus/api-contract';
import { listMappingVersions } from '@isthmus/ledger';
import type { ListedMappingVersion } from '@isthmus/ledger';
import type { Topology } from '@isthmus/stages';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { Exchange, iso } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { badCursor, page, readCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { notFound } from '../http/problem-error.js';
import { PathId, ValidQuery } from '../http/valid.js';

/** Stored versions of mapping documents, and where they are in use. */
@ApiController('mappings')
export class MappingsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Mapping versions, newest first', answer: 'MappingVersionPage' })
  async list(
    @ValidQuery(mappingsQuery) query: MappingsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<MappingVersionAnswer>> {
    const after = readCursor(query, 1)?.[0];
    if (after !== undefined && (typeof after !== 'number' || after > 2_147_483_647)) throw badCursor();
    const { mapping } = query;
    const rows = await listMappingVersions(this.deps.database, { mapping }, { limit: rowsFor(query), after });
    const topology = this.deps.topology.current();
    return page(exchange, query, rows, { key: (row) => [row.id], item: (row) => answer(row, topology) });
  }

  @Get(':id')
  @Describe({ summary: 'One version with its document', answer: 'MappingVersionDetail' })
  async read(@PathId('id', 'number') id: string): Promise<MappingVersionAnswer & { document: string }> {
    const number = Number(id);
    const [row] =
      number > 2_147_483_647 ? [] : await listMappingVersions(this.deps.database, { id: number }, { limit: 1 });
    if (!row) throw notFound();
    return { ...answer(row, this.deps.topology.current()), document: row.document ?? '' };
  }
}

function answer(row: ListedMappingVersion, topology: Topology): MappingVersionAnswer {
  const { id, mapping, hash, origin } = row;
  const inUse = [...topology.connections.values()].flatMap((connection) =>
    [...connection.streams.values()].flatMap((binding) =>
      binding.mappingVersion === id ? [{ connectionId: connection.id, stream: binding.name }] : [],
    ),
  );
  return { id, mapping, hash, origin, inUse, createdAt: iso(row.createdAt) };
}
