import type { Failure } from '@isthmus/connector-kit';

/** What one read of a stream did. */
export interface ReadReport {
  /** False = somebody else reads the stream, it is stopped, or it is not due. */
  readonly ran: boolean;
  readonly rows: number;
  readonly stored: number;
  /** True = it was asked to stop before its end. @default false */
  readonly stopped?: boolean;
  readonly failure?: Failure;
}
