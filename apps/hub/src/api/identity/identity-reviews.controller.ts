import { Get, Inject, Post } from '@nestjs/common';
import { identityReviewQuery, identityReviewsQuery } from '@isthmus/api-contract';
import type {
  DecideReview,
  IdentityReview,
  IdentityReviewQuery,
  IdentityReviewsQuery,
  ReviewDecided,
} from '@isthmus/api-contract';
import {
  hasCopyIn,
  insertAudit,
  linkUndecidedChange,
  listReviews,
  readChange,
  supersedeOlderReviews,
} from '@isthmus/ledger';
import type { ListedReview } from '@isthmus/ledger';
import { mergeRecords } from '@isthmus/stages';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Exchange } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { page, readNumberCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { PathId, ValidBody, ValidQuery } from '../http/valid.js';
import { decideIdentity } from './decide-identity.js';
import type { IdentityDecision } from './decide-identity.js';
import { candidatesOf, readReviews } from './read-reviews.js';
import { whenFree } from './refusal.js';

/** Native objects that may be one of several records: a person says which. */
@ApiController('identity/reviews')
export class IdentityReviewsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({
    summary: 'Open identity reviews, oldest first, side by side with their candidates',
    answer: 'IdentityReviewPage',
  })
  async list(
    @ValidQuery(identityReviewsQuery) query: IdentityReviewsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<IdentityReview>> {
    const filter = { entity: query.entity, connectionId: query.connection };
    const rows = await listReviews(this.deps.database, filter, {
      limit: rowsFor(query),
      after: readNumberCursor(query),
    });
    const reviews = await readReviews(this.deps, rows, true);
    return page(exchange, query, reviews, { key: (row) => [row.id], item: (row) => row });
  }

  @Get(':id')
  @Describe({ summary: 'One identity review; texts are masked unless asked for', answer: 'IdentityReview' })
  async read(
    @PathId('id', 'number') id: string,
    @ValidQuery(identityReviewQuery) { unmask = false }: IdentityReviewQuery,
    @Caller() caller: Principal,
  ): Promise<IdentityReview> {
    const [review] = await readReviews(this.deps, [await this.find(id)], !unmask);
    if (!review) throw notFound();
    const { database, clock } = this.deps;
    if (unmask)
      await insertAudit(database, clock.now(), {
        actor: caller.actor,
        action: 'change.unmask',
        object: `change:${id}`,
      });
    return review;
  }

  @Post(':id/decide')
  @Idempotent()
  @Describe({
    summary: 'Say which record it is, that it is a new one, or that the candidates are one',
    answer: 'ReviewDecided',
  })
  async decide(
    @PathId('id', 'number') id: string,
    @ValidBody('DecideReview') decision: DecideReview,
    @Caller() caller: Principal,
  ): Promise<ReviewDecided> {
    const review = await this.find(id);
    const into = decision.mergeInto?.toLowerCase();
    if (into !== undefined) return this.mergeCandidates(review, into, caller);
    const link = decision.link?.toLowerCase();
    await this.store(review, link === undefined ? { create: true } : { link }, caller);
    return this.answer(id, []);
  }

  /** The candidates become one record, and the object is linked to it, unless the record has another copy in that system. */
  private async mergeCandidates(review: ListedReview, into: string, caller: Principal): Promise<ReviewDecided> {
    const others = candidatesOf(review).map(({ recordId }) => recordId);
    if (!others.includes(into)) throw notCandidate();
    const merges: string[] = [];
    for (const otherId of others.filter((recordId) => recordId !== into)) {
      const order = { survivorId: into, otherId, fields: {}, keep: {}, actor: caller.actor };
      const done = await whenFree(() => {
        const { database, topology, clock } = this.deps;
        return mergeRecords({ database, topology: topology.current(), now: clock.now() }, order);
      });
      for (const key of done.deliverTo) this.deps.queue?.hint({ kind: 'deliver', key });
      merges.push(done.report.mergeId ?? '');
    }
    // Merging had the review matched anew; the decision says what it comes to.
    if (!(await hasCopyIn(this.deps.database, into, review.connectionId))) await this.linkNow(review, into, caller);
    this.deps.queue?.hint({ kind: 'merge', key: review.entity });
    return this.answer(review.id, merges);
  }

  private async linkNow(review: ListedReview, link: string, caller: Principal): Promise<void> {
    const { database, clock } = this.deps;
    const { actor } = caller;
    await database.transaction(async (sql) => {
      if (!(await linkUndecidedChange(sql, review.id, { link, by: actor }))) return;
      await supersedeOlderReviews(sql, review.id, clock.now());
      await insertAudit(sql, clock.now(), {
        actor,
        action: 'change.decide',
        object: `change:${review.id}`,
        details: { link },
      });
    });
  }

  private async store(review: ListedReview, decision: IdentityDecision, caller: Principal): Promise<void> {
    const { database, queue } = this.deps;
    await database.transaction((sql) => decideIdentity(sql, this.deps, review, decision, caller));
    queue?.hint({ kind: 'merge', key: review.entity });
  }

  private async answer(id: string, merges: string[]): Promise<ReviewDecided> {
    const row = await readChange(this.deps.database, id);
    return { changeId: id, state: row?.state ?? 'pending', merges };
  }

  private async find(id: string): Promise<ListedReview> {
    const { database } = this.deps;
    const [row] = await listReviews(database, { id }, { limit: 1 });
    if (row) return row;
    if (await readChange(database, id)) throw new ProblemError('change.already-settled');
    throw notFound();
  }
}

function notCandidate(): ProblemError {
  const message = 'it is none of the candidates of this review';
  return new ProblemError('request.invalid', {
    errors: [{ pointer: '/mergeInto', code: 'change.no-such-record', message }],
  });
}
