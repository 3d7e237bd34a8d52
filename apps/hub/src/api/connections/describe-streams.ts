import type { CursorAnswer, StreamAnswer } from '@isthmus/api-contract';
import type { ListedCursor } from '@isthmus/ledger';
import type { LiveConnection, StreamBinding } from '@isthmus/stages';
import { isoOrNull } from '../http/exchange.js';

/** The streams that take part in flows, and those that have a cursor from earlier. */
export function describeStreams(live: LiveConnection | undefined, cursors: readonly ListedCursor[]): StreamAnswer[] {
  const names = new Set([...(live?.streams.keys() ?? []), ...cursors.map((cursor) => cursor.stream)]);
  return [...names].sort().map((name) => ({
    name,
    ...describeBinding(live?.streams.get(name)),
    cursors: cursors.filter((cursor) => cursor.stream === name).map(describeCursor),
  }));
}

const UNBOUND = {
  title: null,
  entity: null,
  reads: false,
  writes: false,
  creates: false,
  mapping: null,
  mappingVersion: null,
};

function describeBinding(binding: StreamBinding | undefined): Omit<StreamAnswer, 'name' | 'cursors'> {
  if (!binding) return UNBOUND;
  const { stream, entity, reads, writes, creates, mapping, mappingVersion } = binding;
  const title = { en: stream.title.en, zh: stream.title.zh };
  return {
    title,
    entity,
    reads: reads && stream.read !== undefined,
    writes,
    creates,
    mapping: mapping.id,
    mappingVersion,
  };
}

function describeCursor(cursor: ListedCursor): CursorAnswer {
  return {
    purpose: cursor.purpose,
    state: cursor.state,
    rowsRead: cursor.rowsRead,
    startedAt: isoOrNull(cursor.startedAt),
    finishedAt: isoOrNull(cursor.finishedAt),
    nextAt: isoOrNull(cursor.nextAt),
    attempts: cursor.attempts,
    failure: cursor.failure,
  };
}
