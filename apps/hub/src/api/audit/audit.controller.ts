import { Get, Inject } from '@nestjs/common';
import { auditQuery } from '@isthmus/api-contract';
import type { AuditEntry, AuditQuery } from '@isthmus/api-contract';
import { listAudit } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { Exchange, iso } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { page, readNumberCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { ValidQuery } from '../http/valid.js';

/** Who did what, and when. Only ever added to. */
@ApiController('audit')
export class AuditController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Audit, newest first', answer: 'AuditPage' })
  async list(
    @ValidQuery(auditQuery) query: AuditQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<AuditEntry>> {
    const { actor, object } = query;
    const rows = await listAudit(
      this.deps.database,
      { actor, object },
      { limit: rowsFor(query), after: readNumberCursor(query) },
    );
    return page(exchange, query, rows, { key: (row) => [row.id], item: (row) => ({ ...row, at: iso(row.at) }) });
  }
}
