import { Check, Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { FlowMember, FlowPolicy } from '../flow-types.js';

/** `paused` = what comes is stored, nothing is merged or delivered; `draining` = nothing new is read, what is open is done, then it pauses. */
export type FlowState = 'active' | 'paused' | 'draining';

/** Which connections take part for an entity, and by which policies. */
@Entity({ name: 'flow' })
@Check('flow_state_check', `"state" in ('active', 'paused', 'draining')`)
export class Flow {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'flow_pkey' })
  id: string;

  @Column({ type: 'text' })
  entity: string;

  @Column({ type: 'jsonb' })
  members: FlowMember[];

  @Column({ type: 'jsonb' })
  policy: FlowPolicy;

  @Column({ type: 'text', default: () => `'active'` })
  state: FlowState;

  /** Who paused it, and why. */
  @Column({ name: 'state_reason', type: 'jsonb', nullable: true })
  stateReason: Record<string, unknown> | null;

  @Column({ name: 'state_since', type: 'timestamptz', default: () => 'now()' })
  stateSince: Date;

  /** Member connection → when and by whom its first sync was confirmed. */
  @Column({ type: 'jsonb', default: () => `'{}'` })
  confirmed: Record<string, { at: string; by: string }>;

  /** Since when nothing is written because a person has to confirm the first sync; null = it may be written. */
  @Column({ name: 'awaits_since', type: 'timestamptz', nullable: true })
  awaitsSince: Date | null;

  @VersionColumn({ type: 'int', default: 1 })
  version: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
