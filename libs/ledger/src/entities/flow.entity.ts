import { Check, Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { FlowMember, FlowPolicy } from '../flow-types.js';

/** Which connections take part for an entity, and by which policies. */
@Entity({ name: 'flow' })
@Check('flow_state_check', `"state" in ('active', 'paused')`)
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
  state: 'active' | 'paused';

  @VersionColumn({ type: 'int', default: 1 })
  version: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
