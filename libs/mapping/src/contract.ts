import type { JsonObject } from '@isthmus/json';

/** Text for an admin, in both languages of the console. */
export interface Wording {
  readonly en: string;
  readonly zh: string;
}

/** Something that the checker says of a mapping document. */
export interface MappingFinding {
  readonly severity: 'error' | 'warning';
  /** Stable dotted code, for example `mapping.unknown-path`. */
  readonly code: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Path inside the document, for example `rules[3].native`. */
  readonly path: string;
  readonly message: Wording;
  /** What to write instead, for example `customerNumber`. */
  readonly suggestion?: string;
}

/** Why one record cannot pass through a mapping: it parks with this, nothing is changed silently. */
export interface MapIssue {
  /** Stable dotted code, for example `mapping.unmapped-value`, `mapping.wrong-type`, `mapping.dangerous-text`. */
  readonly code: string;
  /** JSON Pointer of the value in the source of this direction. */
  readonly path: string;
  /** JSON Pointer of the value's target, where it is known. */
  readonly target?: string;
  readonly message: Wording;
}

/** A reference in native form: the id of a row of a stream of the same connection. */
export interface NativeRef {
  readonly native: { readonly stream: string; readonly id: string };
}

/** What a connection says about its surroundings; the same for all its records. */
export interface MapEnvironment {
  /** IANA zone of the connection's local times. */
  readonly timeZone: string;
  /** ISO 4217 currency for amounts that carry none. */
  readonly currency: string;
  /** ISO 3166-1 alpha-2 country for phones and addresses that carry none. */
  readonly country: string;
  /** Admin-edited lookup tables: table name → native text → canonical text. */
  readonly lookups: { readonly [table: string]: { readonly [native: string]: string } };
}

/** Outcome of mapping a native row to a canonical body. */
export type ToCanonical =
  | {
      readonly ok: true;
      /**
       * The canonical body as this system knows it, with references in native form. A field that the mapping covers and that
       * the row holds empty is `null`; a field that the row does not hold at all is absent.
       */
      readonly body: JsonObject;
      /** What was given up on the way where the rules allow that, such as the end of a text that was cut; absent = nothing. */
      readonly warnings?: readonly MapIssue[];
    }
  | { readonly ok: false; readonly issues: readonly MapIssue[] };

/** Outcome of mapping a canonical body to a native row. */
export type ToNative =
  | {
      readonly ok: true;
      /** All mapped native fields; a field that the body holds no value for is the rule's empty value (`null` unless the rule says otherwise). */
      readonly row: JsonObject;
      /** As in `ToCanonical`. */
      readonly warnings?: readonly MapIssue[];
    }
  | { readonly ok: false; readonly issues: readonly MapIssue[] };

/** Gives the native id of a referenced record in this connection; undefined = not there (the caller blocks the replica). */
export type ResolveReference = (reference: {
  readonly entity: string;
  readonly id: string;
}) => NativeRef['native'] | undefined;

/** A compiled mapping document: closures only, safe to share, no I/O. */
export interface CompiledMapping {
  /** `<connector>/<stream>` as the document's place says, for messages. */
  readonly id: string;
  readonly stream: string;
  readonly entity: string;
  /** SHA-256 of the document text: the version that changes and deliveries store. */
  readonly hash: string;
  /** Canonical pointers (list items by `*`) that the mapping fills from native rows. */
  readonly reads: readonly string[];
  /** Canonical pointers (list items by `*`) that the mapping writes to native rows. */
  readonly writes: readonly string[];
  /** Canonical pointers (list items by `*`) that decide what is written without being written: expressions and conditions look at them. */
  readonly consults: readonly string[];
  /** False when the document's `when` says that a record of this shape does not live in this stream. */
  accepts(body: JsonObject): boolean;
  toCanonical(row: JsonObject, environment: MapEnvironment): ToCanonical;
  /**
   * References in `body` may be canonical (`{id}`: resolved through `resolve`) or already native (passed through).
   * An unresolvable one is left out of the row; the caller asks for them before (`findRefs` of the canonical library).
   */
  toNative(body: JsonObject, environment: MapEnvironment, resolve: ResolveReference): ToNative;
}

/** Parsed and checked text of a mapping; `compiled` is absent when there is any error. */
export interface LoadedMapping {
  readonly findings: readonly MappingFinding[];
  readonly compiled?: CompiledMapping;
  /** The fields that it maps and which way each goes; with `compiled`. */
  readonly fields?: readonly MappedField[];
  /** The whole document as YAML when the text extends a shipped one: what `compiled.hash` is the hash of. */
  readonly document?: string;
}

/** A field of the record that a mapping touches. */
export interface MappedField {
  /** JSON Pointer, list items as `*`. */
  readonly canonical: string;
  /** `in`: read and never written back; `out`: written and never read. */
  readonly ways: 'both' | 'in' | 'out';
  /** Native paths that its rules name, in the order of the document. */
  readonly native: readonly string[];
  /** Where its rules stand, for example `rules[3]`. */
  readonly rules: readonly string[];
  /** Which values do not survive the way there and back: what the rules declare, else what their transforms say. */
  readonly loses?: readonly Wording[];
}

/** What `loadMapping` needs besides the text. */
export interface LoadMappingInput {
  /** Name for findings, for example `mappings/hubspot/contacts.yaml`. */
  readonly file: string;
  readonly text: string;
  /** `<connector>/<stream>`. */
  readonly id: string;
  /** The shipped mapping, for a text that `extends` it; not looked at otherwise. */
  readonly base?: { readonly file: string; readonly text: string; readonly id: string };
  /** Native JSON Schema of the stream, for the path and type checks; without it native paths are not checked. */
  readonly nativeSchema?: { readonly [keyword: string]: unknown };
}
