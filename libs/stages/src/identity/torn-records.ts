import type { EntityName } from '@isthmus/canonical';
import type { PairReplica, RecordImage, RecordMerge, StoredRecord } from '@isthmus/ledger';

/** Two merged records that are taken apart, with all that is known of them. */
export interface Torn {
  readonly entity: EntityName;
  readonly merge: RecordMerge;
  readonly actor: string;
  readonly survivor: StoredRecord;
  readonly other: StoredRecord;
  readonly replicas: readonly PairReplica[];
  /** The survivor as the merge made it, and both as they were before. */
  readonly merged: RecordImage;
  readonly survivorBefore: RecordImage;
  readonly otherBefore: RecordImage;
}
