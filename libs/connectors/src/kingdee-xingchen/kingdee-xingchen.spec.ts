import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileSchema, FailureError, validateSettings } from '@isthmus/connector-kit';
import type { RawRequest, Row, WriteItem } from '@isthmus/connector-kit';
import { parseJson } from '@isthmus/json';
import fc from 'fast-check';
import { instantOf } from './answers.js';
import { kingdeeXingchen } from './connector.js';
import { sortAnswer } from './failures.js';
import { markLine, readLine } from './line-identity.js';
import { numberOf, toNumber } from './save.js';
import { appSignature, pathWithQuery, requestSignature, signingText } from './signing.js';
import { webhook } from './webhook.js';

describe('signing', () => {
  it('signs the app key as the published example does', () => {
    expect(appSignature('abc', 'abc123')).toBe(
      'ZDljMTI3NGIyNTE1MTRkYzlkNjc1MDNhYjUzMzgzNWMyY2M4YTdjMzdmNmM3YTVlNDkxMTkzNjdiOTFjNzUyZQ==',
    );
  });

  it('signs the token call as the published example does', () => {
    const query = {
      app_key: 'bVZgAZOv1',
      app_signature: 'MzZlYTk0ODk4MWZlNjdiODNmNWU4YzViNzYxNGM5MTFlOGJkN2NjMzk0MTJkZGNhZGM0NzZhN2YxZDJmOTlkZA==',
    };
    const path = pathWithQuery('/jdyconnector/app_management/kingdee_auth_token', query);
    expect(
      requestSignature('f2adcfef73369bfc4e1384677d38a0ff', {
        method: 'GET',
        path,
        nonce: '4427456950',
        timestamp: '1670305063559',
      }),
    ).toBe('OTFiZTliNDFiMjNkYTI3YzVhNzg4MDI4ZGU3MWY1ZTA5ZTk1NjVlNGM1YTI1ZjIxY2Y5YTA3ZGY2OGI1MGQ1MQ==');
  });

  it.each([
    [
      'GET',
      pathWithQuery('/jdy/v2/scm/sal_order', { page: 1, page_size: 100, bill_status: 'C', search: '杭州 A&B' }),
      'OGY0MTkzZDc2ZjNiMGU0MWY2NDgzN2ZmNWE5MzliNDQ5NTkwYzc3MWFjYjUyNTdiNTBjYzg2YzIwMzU4NTIwYg==',
    ],
    [
      'POST',
      '/jdy/v2/scm/sal_order',
      'ODY3YjRkN2RkOWZlY2MwNmE4MjJkMjkxYmQ5NzNmZWRkMjIzNzU1ODI5ODAyMmVlN2MxNWJiMTk4ZTI5NDhjOQ==',
    ],
    [
      'POST',
      '/jdyconnector/app_management/push_app_authorize?outerInstanceId=250000000000000001',
      'MThhOWExNWFjOWZiMjM1MTk4ZjkwYTIzNTFmOTY3MDRjY2ExNmQ4ZjI2MTZlYjMxNDczMjYwYWQwZTVmMjdmOA==',
    ],
  ])('signs %s %s', (method, path, signature) => {
    expect(
      requestSignature('demo-client-secret', { method, path, nonce: '1234567890', timestamp: '1760000000000' }),
    ).toBe(signature);
  });

  it('encodes the query once in the address and twice in the signed text, both sorted', () => {
    const path = pathWithQuery('/a/b', { z: '1', a: '杭 &' });
    expect(path).toBe('/a/b?a=%E6%9D%AD%20%26&z=1');
    expect(signingText({ method: 'GET', path, nonce: '1', timestamp: '2' })).toBe(
      'GET\n%2Fa%2Fb\na=%25E6%259D%25AD%2520%2526&z=1\nx-api-nonce:1\nx-api-timestamp:2\n',
    );
  });
});

describe('messages', () => {
  const settings = {
    clientId: '1',
    clientSecret: 's',
    outerInstanceId: '2',
    callbackKey: 'a-very-secret-key',
    accountIds: ['17'],
  };
  const message = {
    accountId: '17',
    bizType: 'sal_bill_order',
    operation: 'update',
    msgId: 'm-1',
    timestamp: 1_760_000_000_000,
    data: { id: '1900000000000000001', billstatus: 'C' },
  };
  const request = (body: unknown, url = 'https://hub.example/hooks/erp?key=a-very-secret-key'): RawRequest => ({
    method: 'POST',
    url,
    headers: {},
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
  const now = new Date(1_760_000_000_000);

  it.each(['https://hub.example/hooks/erp?key=a-very-secret-key', 'https://hub.example/hooks/erp/a-very-secret-key'])(
    'accepts the key in %s',
    (url) => {
      expect(webhook.verify(request(message, url), settings, now)).toEqual({ ok: true });
    },
  );

  it.each([
    ['a wrong key', request(message, 'https://hub.example/hooks/erp?key=a-very-secret-kex')],
    ['no key', request(message, 'https://hub.example/hooks/erp')],
    ['an empty key', request(message, 'https://hub.example/hooks/erp?key=')],
    ['another account set', request({ ...message, accountId: '18' })],
    ['a body without account set', request('not json')],
  ])('refuses %s', (_what, call) => {
    expect(webhook.verify(call, settings, now).ok).toBe(false);
  });

  it('refuses everything while the connection holds no key', () => {
    const { callbackKey: _key, ...open } = settings;
    expect(webhook.verify(request(message), open, now)).toMatchObject({ ok: false, code: 'webhook.no-secret' });
  });

  it('reads the object and the list form of data', () => {
    const single = webhook.parse(request(message), settings);
    const list = webhook.parse(request({ ...message, data: [message.data, { id: '2' }] }), settings);
    expect(single).toEqual([
      {
        stream: 'salesOrders',
        nativeId: '1900000000000000001',
        kind: 'upsert',
        eventId: 'm-1.1900000000000000001',
        occurredAt: '2025-10-09T08:53:20.000Z',
      },
    ]);
    expect(list.map((event) => event.nativeId)).toEqual(['1900000000000000001', '2']);
  });

  it.each([
    ['bd_customer', { id: '1' }, 'customers', '1'],
    ['bd_material', { id: '1' }, 'materials', '1'],
    ['bd_store', { id: '1' }, 'warehouses', '1'],
    ['inv_inventory_entity', { id: '5', material_id: '5', stock_id: '9' }, 'stockLevels', '5/9'],
  ])('leads %s to its stream', (bizType, data, stream, nativeId) => {
    expect(webhook.parse(request({ ...message, bizType, data }), settings)).toMatchObject([{ stream, nativeId }]);
  });

  it('leaves out kinds that no stream reads', () => {
    expect(webhook.parse(request({ ...message, bizType: 'gl_voucher' }), settings)).toEqual([]);
    expect(
      webhook.parse(request({ ...message, bizType: 'inv_inventory_entity', data: { id: '1' } }), settings),
    ).toEqual([]);
  });

  it('keeps the digits of ids that come as numbers', () => {
    const body = '{"accountId":"17","bizType":"bd_customer","msgId":"m","data":{"id":1900000000000000001}}';
    expect(webhook.parse(request(body), settings)[0]?.nativeId).toBe('1900000000000000001');
  });

  it('makes an event id of what is told when there is no message id', () => {
    const { msgId: _msgId, ...plain } = message;
    expect(webhook.parse(request(plain), settings)[0]?.eventId).toBe(
      '17.sal_bill_order.update.1900000000000000001.1760000000000',
    );
  });

  it('answers with the text that Kingdee waits for', () => {
    expect(webhook.answer).toMatchObject({ status: 200, body: 'success' });
  });
});

describe('failures', () => {
  const sort = (status: number, body: Row | string, method = 'POST', idempotent = method === 'GET') =>
    sortAnswer({ status, headers: {}, body, call: { method, path: '/x', idempotent } });

  it.each([[{ errcode: 0, data: {} }], [{ errcode: '0' }], [{ code: 200, msg: 'success', data: [] }]])(
    '%j is success',
    (body) => {
      expect(sort(200, body)).toBeUndefined();
    },
  );

  it.each([
    [200, { errcode: 1030002006 }, 'POST', 'auth', 'app-key-invalid'],
    [401, { errcode: 1000202001 }, 'GET', 'auth', 'token-expired'],
    [200, { errcode: 2000002000 }, 'GET', 'transient', 'system-error'],
    [200, { errcode: 2000002000 }, 'POST', 'unknown', 'system-error'],
    [200, { errcode: 5, description: '参数number[SKU-9]不存在' }, 'POST', 'missing-reference', 'unknown-number'],
    [200, { errcode: 5, description: '参数number[SKU-9]不存在' }, 'GET', 'gone', 'not-found'],
    [200, { errcode: 6, description: '单据编号[X]已存在' }, 'POST', 'invalid', 'duplicate-number'],
    [200, { errcode: 7, description: '单据[X]已审核，不能修改' }, 'POST', 'invalid', 'locked-by-state'],
    [401, { errcode: 8, description: 'sign error' }, 'GET', 'auth', 'bad-signature'],
    [200, { errcode: 9, description: '金额不正确' }, 'POST', 'invalid', 'refused'],
    [429, {}, 'GET', 'rate-limited', 'rate-limited'],
    [403, 'forbidden', 'GET', 'auth', 'forbidden'],
    [200, { data: {} }, 'GET', 'contract', 'unexpected-answer'],
    [200, [] as unknown as Row, 'GET', 'contract', 'unexpected-answer'],
  ])('%i %j on %s is %s', (status, body, method, kind, code) => {
    expect(sort(status, body as Row, method)).toMatchObject({ kind, code: `kingdee-xingchen.${code}` });
  });

  it('waits a minute after too many calls', () => {
    expect(sort(429, {})?.retryAfterMs).toBe(60_000);
  });

  it('leaves bare server errors to the kit', () => {
    expect(sort(502, 'bad gateway')).toBeUndefined();
  });
});

describe('numbers of new records', () => {
  const item = (recordId: string, native: Row = {}): WriteItem => ({
    idempotencyKey: 'k',
    recordId,
    native,
    changed: native,
  });
  const target = { numberField: 'bill_no', prefix: 'IS-' } as const;

  it('uses the mapped number', () => {
    expect(numberOf(target, item('0192f5c0-0000-7000-8000-000000000001', { bill_no: 'SO-1' }))).toBe('SO-1');
  });

  it('makes one of the record id otherwise: stable, different for different records, at most 30 characters', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        const [first, again, other] = [numberOf(target, item(a)), numberOf(target, item(a)), numberOf(target, item(b))];
        expect(again).toBe(first);
        expect(first === other).toBe(a === b);
        expect(first).toMatch(/^IS-[0-9A-Z]{1,25}$/);
      }),
    );
  });
});

describe('decimals of saves', () => {
  it.each([
    ['149.50', 149.5],
    ['-3', -3],
    ['0.000001', 0.000001],
    [12, 12],
    ['', undefined],
    [null, undefined],
  ])('%p becomes %p', (value, number) => {
    expect(toNumber(value, 'qty')).toBe(number);
  });

  it.each(['1234567890123456', '12345678901.234567', 'abc', '1e5'])(
    'refuses %p, which a double would not hold as it stands',
    (value) => {
      expect(() => toNumber(value, 'qty')).toThrow(FailureError);
    },
  );
});

describe('line ids', () => {
  it.each([
    ['a line made in Kingdee', { id: '5', comment: 'urgent' }, '5', 'urgent'],
    ['a marked line', { id: '5', comment: 'urgent [#L-7]' }, 'L-7', 'urgent'],
    ['a mark alone', { id: '5', comment: '[#L-7]' }, 'L-7', ''],
  ])('reads %s', (_what, line, lineId, comment) => {
    expect(readLine(line, 1, '')).toMatchObject({ lineId, comment, position: 1 });
  });

  it('finds every id that it wrote, in the remark or in a custom field', () => {
    const lineId = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => /^[^\]\s[]+$/.test(text));
    const comment = fc.string({ maxLength: 40 }).map((text) => text.replace(/[[\]#]/g, '').trim());
    fc.assert(
      fc.property(lineId, comment, fc.constantFrom('', 'hub_line'), (id, text, field) => {
        const saved = markLine({ comment: text }, id, undefined, field);
        expect(readLine({ ...saved, id: '900' }, 1, field)).toMatchObject({ lineId: id, comment: text });
      }),
    );
  });

  it('needs no mark for a line that goes by Kingdee’s own id', () => {
    expect(markLine({ comment: 'x' }, '5', { id: '5' }, '')).toEqual({ comment: 'x' });
  });
});

describe('times', () => {
  it.each([
    ['2026-11-23 14:30:00', '2026-11-23T06:30:00.000Z'],
    ['1760000000000', '2025-10-09T08:53:20.000Z'],
    ['2026-11-23', undefined],
    ['', undefined],
  ])('%p is %p', (text, instant) => {
    expect(instantOf(text)).toBe(instant);
  });
});

describe('manifest', () => {
  it('accepts the needed settings alone and refuses a short callback key', () => {
    const needed = { clientId: '1', clientSecret: 's', outerInstanceId: '2' };
    expect(validateSettings(kingdeeXingchen, needed)).toEqual([]);
    expect(validateSettings(kingdeeXingchen, { ...needed, callbackKey: 'short' })).not.toEqual([]);
  });

  it.each(['customers', 'materials', 'warehouses', 'salesOrders', 'stockLevels'])(
    'has a schema of %s that its recorded row fits',
    (name) => {
      const row = parseJson(readFileSync(join(__dirname, 'fixtures', `${name}.json`), 'utf8'));
      const streams = kingdeeXingchen.streams as { [name: string]: { schema: object; key(row: Row): string } };
      const validate = compileSchema(streams[name]!.schema as { [keyword: string]: unknown });
      validate(row);
      expect(validate.errors ?? []).toEqual([]);
      expect(streams[name]!.key(row as Row)).not.toBe('');
    },
  );
});
