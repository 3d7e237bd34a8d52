import { Check, Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';

/** Whether the hub works with a connection. */
export type ConnectionState = 'active' | 'paused' | 'draining' | 'needs-auth';

/** A time in which the far side is not to be called: from `from` to `to` (HH:MM, past midnight when `to` is not later) on these days. */
export interface MaintenanceWindow {
  /** Days on which it begins. @default every day */
  readonly days?: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
  readonly from: string;
  readonly to: string;
  /** IANA name. @default the connection's time zone */
  readonly timeZone?: string;
}

/** One configured account of a connector. Secrets are sealed text, opened only where a call is made. */
@Entity({ name: 'connection' })
@Check('connection_state_check', `"state" in ('active', 'paused', 'draining', 'needs-auth')`)
export class Connection {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'connection_pkey' })
  id: string;

  @Column({ type: 'text' })
  connector: string;

  @Column({ type: 'text' })
  title: string;

  /** Settings without secrets. */
  @Column({ type: 'jsonb' })
  settings: Record<string, unknown>;

  /** Sealed JSON object of the secrets. */
  @Column({ type: 'text', nullable: true })
  secrets: string | null;

  /** Stream → mapping document, where it is not the shipped one. */
  @Column({ type: 'jsonb', default: () => `'{}'` })
  mappings: Record<string, string>;

  /** Time zone, currency, country and lookup tables of the connection. */
  @Column({ type: 'jsonb', default: () => `'{}'` })
  environment: Record<string, unknown>;

  /** When the far side is not to be called. */
  @Column({ type: 'jsonb', default: () => `'[]'` })
  maintenance: MaintenanceWindow[];

  @Column({ type: 'text', default: () => `'active'` })
  state: ConnectionState;

  @Column({ name: 'state_reason', type: 'jsonb', nullable: true })
  stateReason: Record<string, unknown> | null;

  @Column({ name: 'state_since', type: 'timestamptz', default: () => 'now()' })
  stateSince: Date;

  /** When the last webhook came in. */
  @Column({ name: 'webhook_at', type: 'timestamptz', nullable: true })
  webhookAt: Date | null;

  /** When the last call or delivery succeeded. */
  @Column({ name: 'success_at', type: 'timestamptz', nullable: true })
  successAt: Date | null;

  @VersionColumn({ type: 'int', default: 1 })
  version: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
