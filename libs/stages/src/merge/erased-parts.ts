/** What a batch has to do with persons who were erased. */
export interface ErasedParts {
  /** Native objects of erased persons, with the stubs that they left. */
  readonly objects: Map<string, string>;
  /** Changes of documents that carry data of an erased person, with the number of the erasure. */
  readonly documents: Map<string, number>;
}

/** Nothing of the kind. */
export function noErasedParts(): ErasedParts {
  return { objects: new Map(), documents: new Map() };
}
