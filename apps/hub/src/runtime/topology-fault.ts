import type { MappingFinding } from '@isthmus/mapping';

/** Something in the stored configuration that keeps a connection, stream or flow out of work; shown on the status page. */
export interface TopologyFault {
  readonly code: string;
  /** @default failing */
  readonly severity?: 'attention' | 'failing';
  readonly connection?: string;
  readonly flow?: string;
  readonly stream?: string;
  /** One text stands for both languages. */
  readonly message: string | MappingFinding['message'];
  readonly findings?: readonly MappingFinding[];
}
