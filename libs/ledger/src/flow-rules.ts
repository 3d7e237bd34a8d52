import type { DeleteBrake, FlowPolicy, RevivePolicy } from './flow-types.js';

/** How a flow treats deletions, defaults filled in. */
export interface DeleteRules {
  readonly revive: RevivePolicy;
  readonly brake: DeleteBrake;
  readonly detect: boolean;
}

/** When a flow's streams are compared by themselves, defaults filled in; undefined = not. */
export interface ReconcileRules {
  readonly everyMs: number | undefined;
  readonly repair: boolean;
  readonly afterOutageMs: number | undefined;
}

const UNITS: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How a policy treats deletions. */
export function deleteRules(policy: FlowPolicy): DeleteRules {
  return {
    revive: policy.revive ?? 'review',
    brake: { count: 50, share: 0.1, windowMinutes: 60, ...policy.deleteBrake },
    detect: policy.detectDeletes ?? false,
  };
}

/** When a policy has its flow compared. */
export function reconcileRules(policy: FlowPolicy): ReconcileRules {
  const { every = '24h', repair = true, afterOutage = '1m' } = policy.reconcile ?? {};
  return { everyMs: spanMs(every), repair, afterOutageMs: spanMs(afterOutage) };
}

/** Milliseconds of a span such as `24h`; undefined for false and for what is none. */
function spanMs(span: string | false): number | undefined {
  const [, amount, unit] = (span === false ? null : /^(\d{1,6})([smhd])$/.exec(span)) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (UNITS[unit] ?? 0);
}
