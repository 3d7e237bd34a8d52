/** An identity key of a body, as the canonical model computes it. */
export interface IdentityKey {
  readonly kind: string;
  readonly value: string;
  readonly strength: 'strong' | 'medium' | 'weak';
}

/** A record that shares at least one key with the incoming body. */
export interface MatchCandidate {
  readonly recordId: string;
  /** All keys of the candidate. */
  readonly keys: readonly IdentityKey[];
  /** True = the candidate already has a replica in the incoming body's connection: linking would mean two native objects for one record. */
  readonly taken: boolean;
}

/** Why a body was linked, kept with the replica. */
export interface MatchEvidence {
  readonly rule: 'one-strong-key' | 'two-medium-keys' | 'decided' | 'merged';
  /** Kinds of the shared keys, never their values. */
  readonly keys: readonly string[];
  readonly confidence: 'certain' | 'strong' | 'medium';
  /** Who decided, with `decided` and `merged`. */
  readonly by?: string;
}

/** What identity says of a body that no replica knows yet. */
export type MatchDecision =
  | { readonly do: 'create' }
  | { readonly do: 'link'; readonly recordId: string; readonly evidence: MatchEvidence }
  | {
      readonly do: 'review';
      readonly candidates: readonly {
        readonly recordId: string;
        readonly keys: readonly string[];
        readonly why: string;
      }[];
    };

/**
 * Decides which record an unknown native object belongs to. One strong key or two medium keys link, if exactly one record has them and
 * nothing contradicts (the same kind of strong key with another value); no shared key creates; everything else is for a person.
 */
export function matchIdentity(keys: readonly IdentityKey[], candidates: readonly MatchCandidate[]): MatchDecision {
  const rated = candidates.map((candidate) => rate(keys, candidate)).filter((candidate) => candidate.shared.length > 0);
  if (rated.length === 0) return { do: 'create' };
  const certain = rated.filter((candidate) => candidate.qualifies);
  const [only] = certain;
  if (certain.length === 1 && only && only.against === undefined) {
    return { do: 'link', recordId: only.recordId, evidence: evidenceOf(only) };
  }
  return {
    do: 'review',
    candidates: (certain.length > 0 ? certain : rated).map((candidate) => ({
      recordId: candidate.recordId,
      keys: candidate.shared.map((key) => key.kind),
      why: candidate.against ?? (certain.length > 1 ? 'several-records-match' : 'not-enough-evidence'),
    })),
  };
}

interface Rated {
  readonly recordId: string;
  readonly shared: readonly IdentityKey[];
  readonly qualifies: boolean;
  readonly against: string | undefined;
}

function rate(keys: readonly IdentityKey[], candidate: MatchCandidate): Rated {
  const held = new Set(candidate.keys.map(keyText));
  const shared = keys.filter((key) => held.has(keyText(key)));
  const strong = shared.filter((key) => key.strength === 'strong').length;
  const medium = new Set(shared.filter((key) => key.strength === 'medium').map((key) => key.kind)).size;
  return {
    recordId: candidate.recordId,
    shared,
    qualifies: strong > 0 || medium > 1,
    against: contradiction(keys, candidate, shared),
  };
}

function contradiction(
  keys: readonly IdentityKey[],
  candidate: MatchCandidate,
  shared: readonly IdentityKey[],
): string | undefined {
  if (candidate.taken) return 'already-linked-in-this-connection';
  const agreed = new Set(shared.map((key) => key.kind));
  const other = keys.find(
    (key) =>
      key.strength === 'strong' &&
      !agreed.has(key.kind) &&
      candidate.keys.some((held) => held.kind === key.kind && held.strength === 'strong' && held.value !== key.value),
  );
  return other && `different-${other.kind}`;
}

function evidenceOf(candidate: Rated): MatchEvidence {
  const strong = candidate.shared.some((key) => key.strength === 'strong');
  return {
    rule: strong ? 'one-strong-key' : 'two-medium-keys',
    keys: candidate.shared.map((key) => key.kind),
    confidence: strong ? 'strong' : 'medium',
  };
}

/** One text per key, for look-ups: kind and normalised value. */
export function keyText(key: { readonly kind: string; readonly value: string }): string {
  return `${key.kind}:${key.value}`;
}
