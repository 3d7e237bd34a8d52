import { releaseMappedChanges } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';

/** What waited for a usable mapping of its stream goes on where there is one now. */
export async function releaseMapped(context: StageContext): Promise<void> {
  const streams = [...context.topology.current().connections.values()].flatMap(({ id, streams: bindings }) =>
    [...bindings.keys()].map((stream) => ({ connectionId: id, stream })),
  );
  for (const { entity, connectionId, state } of await releaseMappedChanges(
    context.database,
    context.clock.now(),
    streams,
  )) {
    if (state === 'fetch') context.hint({ kind: 'fetch', key: connectionId });
    else context.hint({ kind: 'merge', key: entity });
  }
}
