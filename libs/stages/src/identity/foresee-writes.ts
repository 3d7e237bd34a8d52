import { findRefs } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import { findRecordsUnderReview, pageOwedReplicas, resolveReplicaReferences } from '@isthmus/ledger';
import type { OwedReplica, ReferencedReplica, Sql } from '@isthmus/ledger';
import { nativePatch } from '../topology/native-patch.js';
import type { LiveConnection, StreamBinding, Topology } from '../topology/topology.js';

const PAGE = 500;
const MOST_PROBLEMS = 20;
const FIRST = '00000000-0000-0000-0000-000000000000';
/** Stands for the native id of something that is created together with what refers to it. */
const NOT_YET = 'isthmus-not-yet';

/** Something that the mapping cannot write. */
export interface ForeseenProblem {
  readonly recordId: string;
  readonly code: string;
  readonly path: string;
  readonly message: { readonly en: string; readonly zh: string };
}

/** What bringing a connection up to date would write. */
export interface ForeseenWrites {
  creates: number;
  updates: number;
  removes: number;
  /** Copies that hold already what they should. */
  unchanged: number;
  /** Creates that wait for an identity review. */
  underReview: number;
  unwritable: number;
  readonly problems: ForeseenProblem[];
}

/** Works out what delivery would write to a connection, by the same mapping and comparison, without writing. Reads page by page. */
export async function foreseeWrites(
  sql: Sql,
  topology: Topology,
  connectionId: string,
  entity: string,
): Promise<ForeseenWrites> {
  const found: ForeseenWrites = {
    creates: 0,
    updates: 0,
    removes: 0,
    unchanged: 0,
    underReview: 0,
    unwritable: 0,
    problems: [],
  };
  const connection = topology.connections.get(connectionId);
  if (!connection) return found;
  const reviewed = await findRecordsUnderReview(sql, connectionId);
  for (let after = FIRST; ;) {
    const page = await pageOwedReplicas(sql, connectionId, entity, after, PAGE);
    const references = await loadReferences(sql, connectionId, page);
    for (const replica of page) {
      if (replica.nativeId === null && reviewed.has(replica.recordId)) found.underReview += 1;
      else foresee(found, connection, references, replica);
    }
    if (page.length < PAGE) return found;
    after = page.at(-1)?.recordId ?? after;
  }
}

type References = ReadonlyMap<string, ReferencedReplica>;

async function loadReferences(sql: Sql, connectionId: string, page: readonly OwedReplica[]): Promise<References> {
  const ids = new Set<string>();
  for (const { entity, body } of page)
    for (const { ref } of findRefs(entity as EntityName, body as JsonObject)) if ('id' in ref) ids.add(ref.id);
  const rows = await resolveReplicaReferences(sql, connectionId, [...ids]);
  return new Map(rows.map((row) => [row.recordId, row]));
}

function foresee(
  found: ForeseenWrites,
  connection: LiveConnection,
  references: References,
  replica: OwedReplica,
): void {
  if (replica.recordStatus === 'deleted') {
    found.removes += replica.nativeId === null ? 0 : 1;
    return;
  }
  const binding = connection.streams.get(replica.stream);
  const problem = binding?.stream.write
    ? weigh(found, connection, binding, references, replica)
    : { code: 'delivery.not-writable', path: '', message: NOT_WRITABLE };
  if (!problem) return;
  found.unwritable += 1;
  if (found.problems.length < MOST_PROBLEMS) found.problems.push({ recordId: replica.recordId, ...problem });
}

const NOT_WRITABLE = { en: 'The stream cannot be written.', zh: '该数据流不可写入。' };

function weigh(
  found: ForeseenWrites,
  connection: LiveConnection,
  binding: StreamBinding,
  references: References,
  replica: OwedReplica,
): Omit<ForeseenProblem, 'recordId'> | undefined {
  const resolve = ({ id }: { readonly id: string }): { stream: string; id: string } => {
    const reference = references.get(id);
    return { stream: reference?.stream ?? '', id: reference?.nativeId ?? NOT_YET };
  };
  try {
    const mapped = binding.mapping.toNative(replica.body as JsonObject, connection.environment, resolve);
    if (!mapped.ok) return firstIssue(mapped.issues);
    if (replica.nativeId === null) found.creates += 1;
    else if (replica.base === null) found.updates += 1;
    else {
      const base = JSON.parse(replica.base) as JsonObject;
      const patch = nativePatch(connection.environment, binding, mapped.row, base);
      found[Object.keys(patch).length === 0 ? 'unchanged' : 'updates'] += 1;
    }
    return undefined;
  } catch (error) {
    const message = { en: `The mapping failed: ${String(error)}`, zh: `映射执行失败：${String(error)}` };
    return { code: 'mapping.defect', path: '', message };
  }
}

function firstIssue(
  issues: readonly { readonly code: string; readonly path: string; readonly message: ForeseenProblem['message'] }[],
): Omit<ForeseenProblem, 'recordId'> {
  const [issue] = issues;
  return { code: issue?.code ?? 'delivery.mapping', path: issue?.path ?? '', message: issue?.message ?? NOT_WRITABLE };
}
