import { uuidv7 } from 'uuidv7';
import type { EntityName } from '../entities/entities.js';
import type { Body } from '../entities/entity-definition.js';
import type { RecordRef } from '../refs.js';
import type { Instant } from '../values/instant.js';
import type { CompactProvenance } from './provenance.js';

/** States of a record; `deleted` and `merged` stay as tombstones. */
export const recordStatuses = ['active', 'archived', 'deleted', 'merged'] as const;

/** State of a record. */
export type RecordStatus = (typeof recordStatuses)[number];

/** The one canonical copy of a thing: what the hub knows about it, around its body. */
export interface RecordEnvelope<B = Body> {
  /** UUID v7. */
  readonly id: string;
  readonly entity: EntityName;
  /** Major version of the entity's schema. */
  readonly schemaVersion: number;
  /** From 1, one more with every accepted change; the ETag is this number in quotes. */
  readonly version: number;
  readonly recordStatus: RecordStatus;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Newest clock of a source that was merged in. */
  readonly sourceUpdatedAt?: Instant;
  /** Set when `deleted`. */
  readonly deletedAt?: Instant;
  /** Set when `merged`. */
  readonly mergedIntoId?: RecordRef;
  readonly provenance: CompactProvenance;
  readonly body: B;
}

/** A new record id: UUID v7, so that ids sort by time of creation. */
export function newRecordId(): string {
  return uuidv7();
}
