import { readPublicationInUse, storeMappingVersion } from '@isthmus/ledger';
import type { PublishedMapping, Sql } from '@isthmus/ledger';
import type { CompiledMapping, LoadedMapping, MappingFinding } from '@isthmus/mapping';
import type { ApiDependencies, StreamDocument } from '../dependencies.js';
import { notFound, ProblemError } from '../http/problem-error.js';

/** A stream of a connection, as the path of a request names it. */
export interface MappingPlace {
  readonly connectionId: string;
  readonly stream: string;
}

/** Refuses a place that does not exist. */
export function requirePlace({ mappings }: ApiDependencies, { connectionId, stream }: MappingPlace): void {
  if (!mappings.streams(connectionId)?.includes(stream)) throw notFound();
}

/** What is in use for a stream. */
export interface MappingInUse {
  readonly published: PublishedMapping | undefined;
  readonly beneath: StreamDocument | undefined;
  /** Text in use; undefined = there is none. */
  readonly document: string | undefined;
  /** Undefined also when the text cannot be used. */
  readonly compiled: CompiledMapping | undefined;
  /** Number of the version in use; null = none is usable. */
  readonly version: number | null;
}

/** Reads what is in use for a stream, whatever this process has loaded. Stores the version where nobody has yet. */
export async function readInUse(sql: Sql, deps: ApiDependencies, place: MappingPlace): Promise<MappingInUse> {
  const { connectionId, stream } = place;
  const published = await readPublicationInUse(sql, connectionId, stream);
  const beneath = deps.mappings.beneath(connectionId, stream);
  if (published) {
    const { document, effective, version } = published;
    return { published, beneath, document, version, compiled: loadDraft(deps, place, effective).compiled };
  }
  const loaded = beneath && deps.mappings.load(connectionId, stream, beneath);
  const compiled = loaded?.compiled;
  const version =
    beneath && compiled
      ? await storeMappingVersion(sql, {
          mapping: beneath.id,
          hash: compiled.hash,
          document: loaded.document ?? beneath.document,
          origin: beneath.origin,
        })
      : null;
  return { published, beneath, document: beneath?.document, compiled, version };
}

/** Checks a text as the mapping of a stream. */
export function loadDraft(deps: ApiDependencies, { connectionId, stream }: MappingPlace, text: string): LoadedMapping {
  const loaded = deps.mappings.load(connectionId, stream, text);
  if (!loaded) throw notFound();
  return loaded;
}

/** A text that can be used. */
export interface UsableMapping {
  readonly compiled: CompiledMapping;
  /** The whole text: the same, or what a layer makes of the shipped one. */
  readonly effective: string;
}

/** Compiles a text; refuses one that the checker finds errors in, with each place. */
export function requireUsable(deps: ApiDependencies, place: MappingPlace, text: string): UsableMapping {
  const { compiled, findings, document } = loadDraft(deps, place, text);
  if (compiled) return { compiled, effective: document ?? text };
  throw invalidMapping(findings);
}

/** The refusal of a document that the checker finds errors in. */
export function invalidMapping(findings: readonly MappingFinding[]): ProblemError {
  return new ProblemError('mapping.invalid', { errors: errorsOf(findings) });
}

function errorsOf(findings: readonly MappingFinding[]): { pointer: string; code: string; message: string }[] {
  return findings
    .filter(({ severity }) => severity === 'error')
    .slice(0, 20)
    .map(({ code, line, column, path, message }) => ({
      pointer: '/document',
      code,
      message: `${line}:${column} ${path} ${message.en}`,
    }));
}

/** Refuses a stream of which nothing stored can be mapped anew. */
export function requireFlow(deps: ApiDependencies, { connectionId, stream }: MappingPlace): void {
  if (!isInFlow(deps, { connectionId, stream })) throw new ProblemError('mapping.not-in-flow');
}

/** Whether the stream takes part in an active flow. */
export function isInFlow({ topology }: ApiDependencies, { connectionId, stream }: MappingPlace): boolean {
  return topology.current().connections.get(connectionId)?.streams.has(stream) ?? false;
}
