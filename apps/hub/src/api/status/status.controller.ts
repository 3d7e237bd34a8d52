import { Get, Inject, Sse } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Status } from '@isthmus/api-contract';
import type { OnModuleDestroy } from '@nestjs/common';
import { catchError, exhaustMap, from, map, of, Subject, takeUntil, timer } from 'rxjs';
import type { Observable } from 'rxjs';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { StatusReader } from './status-reader.js';

const EVERY_MS = 2_000;

/** One server-sent event. */
interface StatusEvent {
  readonly type: 'status' | 'unavailable';
  readonly data: Status | { readonly code: string };
}

/** Is everything in step, and if not, what, why and since when. */
@ApiController('status')
export class StatusController implements OnModuleDestroy {
  private readonly closing = new Subject<void>();

  constructor(
    @Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies,
    private readonly reader: StatusReader,
  ) {}

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): void {
    this.closing.next();
  }

  @Get()
  @Describe({ summary: 'The state of the whole hub, in words', answer: 'Status' })
  read(): Promise<Status> {
    return this.reader.read({ now: true });
  }

  @Sse('stream')
  @ApiOperation({ summary: 'The same every two seconds, as server-sent events' })
  stream(): Observable<StatusEvent> {
    return timer(0, EVERY_MS).pipe(
      takeUntil(this.closing),
      exhaustMap(() =>
        from(this.reader.read()).pipe(
          map((data): StatusEvent => ({ type: 'status', data })),
          catchError((error: unknown) => {
            this.deps.log.warn({ code: 'status.unavailable', error }, 'the status could not be read');
            return of<StatusEvent>({ type: 'unavailable', data: { code: 'hub.unavailable' } });
          }),
        ),
      ),
    );
  }
}
