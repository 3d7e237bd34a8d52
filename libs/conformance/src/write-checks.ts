import assert from 'node:assert/strict';
import { FailureError } from '@isthmus/connector-kit';
import type { Connector, Failure, Row, StreamWrite, WriteItem, WriteResult } from '@isthmus/connector-kit';
import type { Check } from './check.js';
import { needed } from './check.js';
import type { FarSideHarness, StreamHarness } from './harness.js';
import { withSession } from './session.js';
import type { Session } from './session.js';

/** Refusals that are about one record. */
const ABOUT_A_RECORD = ['invalid', 'missing-reference'];
/** Outcomes after which a create is tried again, by probe or by key. */
const TRIED_AGAIN = ['unknown', 'transient'];

/** Checks of one stream that is written to a far side. */
export function writeChecks(connector: Connector, harness: FarSideHarness, name: string): Check[] {
  const stream = harness.streams[name];
  if (!stream?.newRow) return [];
  const { newRow } = stream;
  const check = (id: string, title: string, run: (session: Session, write: StreamWrite) => Promise<void>): Check => ({
    id,
    title,
    stream: name,
    run: () =>
      withSession(connector, harness, async (session) => {
        const { write } = session.stream(name);
        await run(session, needed(write, `stream ${name} that can be written`));
      }),
  });
  return [
    check(
      'write.create',
      'creates rows and gives their native ids in the order of the items',
      async (session, write) => {
        const before = await session.farSide.count(name);
        const items = Array.from({ length: Math.min(3, write.batchSize) }, (_, n) => createItem(n, newRow(n)));
        const ids = (await settle(session, write, items)).map(nativeIdOf);
        assert.equal(new Set(ids).size, items.length);
        assert.equal(await session.farSide.count(name), before + items.length);
      },
    ),
    check(
      'write.lost-answer',
      'F16 F17 makes one document although the answer to its create was lost',
      async (session, write) => {
        const before = await session.farSide.count(name);
        const item = createItem(1, newRow(1));
        if (write.probe)
          assert.deepEqual(
            await write.probe(session.context, [item]),
            [{ found: undefined }],
            'nothing can be found before the create',
          );
        needed(session.farSide.faults.loseNextWriteAnswer, 'farSide.faults.loseNextWriteAnswer')();
        const [lost] = await settle(session, write, [item]);
        // Where the far side recognises the key, the kit has repeated the call by itself already.
        assert.ok(
          lost?.ok || TRIED_AGAIN.includes(failureIn(lost)?.kind ?? ''),
          'an answer that never came is no verdict on the record',
        );
        nativeIdOf(await repeated(session, write, item));
        assert.equal(await session.farSide.count(name), before + 1);
      },
    ),
    check(
      'write.lost-bulk',
      'F23 writes every record of a bulk once although its answer was lost',
      async (session, write) => {
        if (write.batchSize < 2) return;
        const before = await session.farSide.count(name);
        const items = Array.from({ length: Math.min(5, write.batchSize) }, (_, n) => createItem(n, newRow(n)));
        needed(session.farSide.faults.loseNextWriteAnswer, 'farSide.faults.loseNextWriteAnswer')();
        const results = await settle(session, write, items);
        const again = items.filter((_, n) => !results[n]?.ok);
        for (const item of again) nativeIdOf(await repeated(session, write, item));
        assert.equal(await session.farSide.count(name), before + items.length);
      },
    ),
    ...(stream.poison ? [poisonCheck(check, name, stream, newRow)] : []),
    check('write.remove', 'removes a row, and a row that is gone already', async (session, write) => {
      if (!write.remove) return;
      const before = await session.farSide.count(name);
      const [created] = await settle(session, write, [createItem(1, newRow(1))]);
      const id = nativeIdOf(created);
      for (let round = 0; round < 2; round += 1) {
        const [removed] = await write.remove(session.context, [id]);
        assert.ok(removed?.ok || removed?.failure.kind === 'gone');
      }
      assert.ok((await session.farSide.count(name)) <= before + 1);
    }),
  ];
}

type MakeCheck = (id: string, title: string, run: (session: Session, write: StreamWrite) => Promise<void>) => Check;

function poisonCheck(check: MakeCheck, name: string, stream: StreamHarness, newRow: (n: number) => Row): Check {
  return check(
    'write.poison',
    'F22 dead-letters one poisoned record and writes the rest of its bulk',
    async (session, write) => {
      const before = await session.farSide.count(name);
      const size = Math.min(5, write.batchSize);
      const bad = Math.floor(size / 2);
      const items = Array.from({ length: size }, (_, n) =>
        createItem(n, n === bad ? (stream.poison?.() ?? {}) : newRow(n)),
      );
      const results = await settle(session, write, items);
      assert.equal(results.length, size);
      results.forEach((result, n) => {
        if (n !== bad) nativeIdOf(result);
        else
          assert.ok(
            !result.ok && ABOUT_A_RECORD.includes(result.failure.kind),
            'the poison must be refused as a record',
          );
      });
      assert.equal(await session.farSide.count(name), before + size - 1);
    },
  );
}

/** What the hub does after an unknown outcome: probe where the stream says so, else the same write again. */
async function repeated(session: Session, write: StreamWrite, item: WriteItem): Promise<WriteResult | undefined> {
  if (write.repeat !== 'probe') return (await settle(session, write, [item]))[0];
  const [probed] = await needed(write.probe?.(session.context, [item]), 'probe');
  assert.ok(probed && 'found' in probed, 'the probe failed');
  // What was not sent before the answer was lost is not there: it is written now.
  return probed.found ? { ok: true, ...probed.found } : (await settle(session, write, [item]))[0];
}

/** Writes items; a call that fails as a whole fails each of them, as in the stage. */
async function settle(
  session: Session,
  write: StreamWrite,
  items: readonly WriteItem[],
): Promise<readonly WriteResult[]> {
  try {
    return await write.write(session.context, items);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { failure } = error;
    return items.map(() => ({ ok: false, failure }));
  }
}

function nativeIdOf(result: WriteResult | undefined): string {
  assert.ok(result?.ok, `a write was refused: ${JSON.stringify(failureIn(result))}`);
  assert.notEqual(result.nativeId, '');
  return result.nativeId;
}

function failureIn(result: WriteResult | undefined): Failure | undefined {
  return result && !result.ok ? result.failure : undefined;
}

function createItem(n: number, native: Row): WriteItem {
  const tail = String(n).padStart(12, '0');
  return { idempotencyKey: `conformance-${n}`, recordId: `01890000-0000-7000-8000-${tail}`, native, changed: native };
}
