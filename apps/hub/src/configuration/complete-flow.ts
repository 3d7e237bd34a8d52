import type { FlowMember, FlowPolicy } from '@isthmus/ledger';

/** A flow with its defaults filled in. */
export interface ConfiguredFlow {
  readonly id: string;
  readonly entity: string;
  readonly members: readonly FlowMember[];
  readonly policy: FlowPolicy;
}

/** A flow as the file states it. */
export interface RawFlow {
  readonly id: string;
  readonly entity: string;
  readonly members: readonly (Partial<FlowMember> & { connection: string })[];
  readonly policy?: Partial<FlowPolicy>;
}

/** Fills in what the file leaves out. */
export function completeFlow(flow: RawFlow): ConfiguredFlow {
  return {
    id: flow.id,
    entity: flow.entity,
    members: flow.members.map((member) => ({
      connection: member.connection,
      streams: member.streams ?? [],
      direction: member.direction ?? 'both',
      create: member.create ?? true,
    })),
    policy: {
      default: flow.policy?.default ?? { resolve: 'latest' },
      fields: flow.policy?.fields ?? {},
      ...conflictPolicies(flow.policy ?? {}),
      deletes: flow.policy?.deletes ?? 'ignore',
      ...deletePolicies(flow.policy ?? {}),
      match: flow.policy?.match ?? {},
      ...identityPolicies(flow.policy ?? {}),
    },
  };
}

/** What a policy says about the first sync and about doubles; the rest has defaults. */
function identityPolicies({ firstSync, doubles }: Partial<FlowPolicy>): Partial<FlowPolicy> {
  return { ...(firstSync && { firstSync }), ...(doubles && { doubles }) };
}

/** What a policy says about deletions and comparisons; the rest has defaults. */
function deletePolicies(policy: Partial<FlowPolicy>): Partial<FlowPolicy> {
  const { revive, deleteBrake, detectDeletes, reconcile } = policy;
  return {
    ...(revive && { revive }),
    ...(deleteBrake && { deleteBrake }),
    ...(detectDeletes !== undefined && { detectDeletes }),
    ...(reconcile && { reconcile }),
  };
}

/** What a policy says about ties and clocks; the rest has defaults. */
function conflictPolicies({ ranking, clockSkewSeconds }: Partial<FlowPolicy>): Partial<FlowPolicy> {
  return { ...(ranking && { ranking }), ...(clockSkewSeconds !== undefined && { clockSkewSeconds }) };
}
