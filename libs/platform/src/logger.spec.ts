import { createLogger } from './logger.js';

function logged(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(
    createLogger({ level: 'info', fields: { role: 'api' }, destination: { write: (line) => void lines.push(line) } }),
  );
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('the logger', () => {
  it('writes one JSON line with time, level and fields', () => {
    const line = logged((log) => log.info({ connection: 'shop' }, 'read 3 orders'));
    expect(line).toMatchObject({ level: 'info', role: 'api', connection: 'shop', msg: 'read 3 orders' });
    expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it.each([
    'password',
    'client_secret',
    'appSecret',
    'accessToken',
    'access_token',
    'refresh-token',
    'Authorization',
    'set-cookie',
    'x-api-key',
    'apiKey',
    'privateKey',
    'encodingAESKey',
    'app_key',
    'x-hmac-signature',
    'jsapi_ticket',
  ])('hides what stands under "%s", however deep', (name) => {
    const line = logged((log) => log.info({ request: { parts: [{ [name]: 'swordfish' }] } }, 'sent'));
    expect(JSON.stringify(line)).not.toContain('swordfish');
    expect(line).toMatchObject({ request: { parts: [{ [name]: '[hidden]' }] } });
  });

  it.each(['key', 'tokens_used_count', 'signedBy', 'hasPassword', 'productKey'])(
    'shows what stands under "%s"',
    (name) => {
      const value = name === 'hasPassword' ? true : 'plain';
      expect(logged((log) => log.info({ [name]: value }))).toMatchObject({ [name]: value });
    },
  );

  it.each([
    'postgresql://isthmus:swordfish@127.0.0.1:5432/postgres refused',
    'GET https://far.example/cgi-bin/user?access_token=swordfish&id=7',
    'header Bearer swordfish123',
    'header Basic c3dvcmRmaXNoMTIz',
  ])('hides the secret in the text "%s"', (text) => {
    const line = JSON.stringify(logged((log) => log.info({ url: text }, text)));
    expect(line).not.toMatch(/swordfish|c3dvcmRmaXNo/);
  });

  it('writes an error with its causes, and not the request that hangs on it', () => {
    const error = Object.assign(new Error('read failed', { cause: new Error('GET /x?sign=swordfish') }), {
      code: 'ECONNRESET',
      config: { headers: { 'x-custom': 'swordfish' } },
    });
    const line = logged((log) => log.error({ err: error }, 'no answer'));
    expect(line['err']).toMatchObject({ type: 'Error', message: 'read failed', code: 'ECONNRESET' });
    expect(JSON.stringify(line)).toContain('GET /x?sign=[hidden]');
    expect(JSON.stringify(line)).not.toContain('swordfish');
  });

  it('survives objects that hold themselves', () => {
    const loop: Record<string, unknown> = { name: 'loop' };
    loop['self'] = loop;
    expect(JSON.stringify(logged((log) => log.info({ loop })))).toContain('[cut]');
  });
});
