import type { WriteItem } from '@isthmus/connector-kit';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { tempFileStore } from '../../../../tests/support/temp-file-store.js';
import { filesContext } from './fixtures/files-context.js';
import { readAll } from './fixtures/read-all.js';
import type { FilesSettings, StreamSettings } from './settings.js';
import { filesStreams } from './streams.js';
import { withItems, withoutItems, writtenResult } from './write-back.js';

const snapshot: StreamSettings = {
  pattern: '*',
  key: '编码',
  columns: { 名称: { name: 'name' }, 启用: { type: 'boolean' } },
  writeBack: { file: 'out/x.csv', mode: 'snapshot' },
};
const append: StreamSettings = { ...snapshot, writeBack: { file: 'out/x.csv', mode: 'append' } };
const item = (recordId: string, values: WriteItem['native'], more: Partial<WriteItem> = {}): WriteItem => {
  const native = { values };
  return { idempotencyKey: 'v1', recordId, native, changed: native, ...more };
};
const table = (data: Buffer): string[][] => parse(data, { bom: true });

describe('writing back to a file', () => {
  test('a record takes one row that follows it; the same write again changes nothing', () => {
    const once = withItems(
      undefined,
      [item('r1', { 编码: 'K1', name: '甲', 启用: true }), item('r2', { 编码: 'K2', name: null })],
      snapshot,
    );
    expect(table(once)).toEqual([
      ['isthmus_id', '编码', '名称', '启用'],
      ['r1', 'K1', '甲', '是'],
      ['r2', 'K2', '', ''],
    ]);
    expect(withItems(once, [item('r1', { 编码: 'K1', name: '甲', 启用: true })], snapshot)).toEqual(once);
    const twice = withItems(once, [item('r1', { 编码: 'K1', name: '乙' })], snapshot);
    expect(table(twice)[1]).toEqual(['r1', 'K1', '乙', '是']);
  });

  test('columns and rows that the hub did not write are kept', () => {
    const theirs = Buffer.from('isthmus_id,编码,仓位\nr1,K1,A-1\n,K9,B-2\n');
    expect(table(withItems(theirs, [item('r1', { 编码: 'K1', name: '甲' })], snapshot))).toEqual([
      ['isthmus_id', '编码', '仓位', '名称'],
      ['r1', 'K1', 'A-1', '甲'],
      ['', 'K9', 'B-2', ''],
    ]);
  });

  test('every write is a row of its own in a file that is taken away, but never twice', () => {
    const first = withItems(undefined, [item('r1', { 编码: 'K1', name: '甲' })], append);
    const second = withItems(
      first,
      [item('r1', { 编码: 'K1', name: '乙' }, { idempotencyKey: 'v2' }), item('r1', { 编码: 'K1', name: '甲' })],
      append,
    );
    expect(table(second).map((row) => row.slice(1))).toEqual([
      ['isthmus_write', '编码', '名称'],
      ['r1 v1', 'K1', '甲'],
      ['r1 v2', 'K1', '乙'],
    ]);
  });

  test('lines take a row each and are replaced as a whole', () => {
    const stream: StreamSettings = { ...snapshot, key: '单号', groupBy: { lines: ['品'] } };
    const order = (lines: string[]): WriteItem => {
      const native = { values: { 单号: 'S1', name: '甲' }, lines: lines.map((line) => ({ values: { 品: line } })) };
      return { idempotencyKey: 'v', recordId: 'r1', native, changed: native };
    };
    const first = withItems(undefined, [order(['a', 'b', 'c'])], stream);
    expect(table(first)).toHaveLength(4);
    expect(table(withItems(first, [order(['b'])], stream)).slice(1)).toEqual([['r1', 'S1', '甲', 'b']]);
  });

  test('a removed record leaves the file, whether it has a key or not', () => {
    const data = withItems(
      undefined,
      [item('r1', { 编码: 'K1' }), item('r2', { name: '无' }), item('r3', { 编码: 'K3' })],
      snapshot,
    );
    expect(table(withoutItems(data, ['K1', 'r2'], snapshot)).map((row) => row[0])).toEqual(['isthmus_id', 'r3']);
  });

  test('the native id is the key, or the record while it has none', () => {
    expect(writtenResult(item('r1', { 编码: 'K1' }), snapshot)).toEqual({ ok: true, nativeId: 'K1' });
    expect(writtenResult(item('r1', { 编码: null }), snapshot)).toEqual({ ok: true, nativeId: 'r1' });
    expect(writtenResult(item('r1', { 编码: 'new' }, { nativeId: 'K0' }), snapshot)).toEqual({
      ok: true,
      nativeId: 'K0',
    });
  });

  test('no value becomes a formula, and what is written is read back as it was', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter(
        (value) =>
          !/^['"]|[\u0000-\u001F\u007F-\u009F]|E[+-]\d\d|^#|^\s|\s$|^="/i.test(value) &&
          value.normalize('NFC') === value,
      );
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const data = withItems(undefined, [item('r1', { 编码: 'K1', name: value })], snapshot);
        expect(table(data)[1]?.[2]).not.toMatch(/^[=@\t\r]|^[+-](?!\d+(\.\d+)?$)/);
        expect((await readAll(data, snapshot)).values).toMatchObject([
          { name: value.replace(/^[\u200B-\u200D\u2060\uFEFF]+|[\u200B-\u200D\u2060\uFEFF]+$/g, '') || null },
        ]);
      }),
      { numRuns: 60 },
    );
  });

  test('writes that run at the same time all arrive in the file', async () => {
    const folder = await tempFileStore();
    const settings: FilesSettings = { folder: 'in', streams: { customers: snapshot } };
    const write = filesStreams(settings)['customers']?.write;
    const context = filesContext(settings, folder.store, () => new Date());
    const results = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => write?.write(context, [item(`r${index}`, { 编码: `K${index}` })])),
    );
    expect(results.flat()).toHaveLength(8);
    expect(table(await folder.store.read('out/x.csv'))).toHaveLength(9);
    await write?.remove?.(context, ['K3']);
    expect(table(await folder.store.read('out/x.csv'))).toHaveLength(8);
    await folder.remove();
  });
});
