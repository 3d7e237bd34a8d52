import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { timeout } from 'rxjs';
import type { Observable } from 'rxjs';

/** A caller hears within five seconds that the ledger does not answer (FAULTS F09). */
export const LEDGER_PATIENCE_MS = 4_500;

/** Ends every request that waits too long for the ledger; the filter makes a 503 of it. */
@Injectable()
export class LedgerPatience implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(timeout(LEDGER_PATIENCE_MS));
  }
}
