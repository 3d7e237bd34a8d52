import { entityDefinition, type EntityName } from './entities.js';
import type { Body } from './entity-definition.js';

const keysOf = (entity: EntityName, body: Body): string[] =>
  entityDefinition(entity)
    .matchKeys(body)
    .map(
      ({ kind, value, strength, scope }) => `${kind} ${value} ${strength}${scope === 'system' ? ' in its system' : ''}`,
    );

const points = (...list: readonly (readonly [kind: string, value: string])[]): Body => ({
  contactPoints: list.map(([kind, value]) => ({ kind, value })),
});

describe('match keys', () => {
  it.each<[string, EntityName, Body, string[]]>([
    [
      'a mobile and an e-mail in any case',
      'customer',
      points(['mobile', '+8613800138000'], ['email', 'Wang@Example.com']),
      ['mobile +8613800138000 medium', 'email wang@example.com medium'],
    ],
    [
      'no role mailbox, no number that is no number',
      'customer',
      points(['email', 'info@example.com'], ['mobile', '12345'], ['wechatId', 'x']),
      [],
    ],
    [
      'a land line with its extension, weakly',
      'customer',
      points(['phone', '+861062345678']),
      ['phone +861062345678 weak'],
    ],
    [
      'a union id within its platform account',
      'customer',
      { identities: [{ provider: 'wechat', appScope: 'open1', subjectKind: 'unionid', subject: 'oX1' }] },
      ['unionid wechat|open1|unionid|oX1 strong'],
    ],
    [
      'an open id within its app',
      'customer',
      { identities: [{ provider: 'wechat', appScope: 'app1', subjectKind: 'openid', subject: 'o2' }] },
      ['identity wechat|app1|openid|o2 strong'],
    ],
    [
      'tax numbers of an organization',
      'customer',
      { organization: { unifiedSocialCreditCode: '91350100m000100y43', taxId: 'DE 123-456' } },
      ['unifiedSocialCreditCode 91350100M000100Y43 strong', 'taxId DE123456 strong'],
    ],
    [
      'numbers that a system gave out, within it',
      'customer',
      { customerNumber: 'c 001', loyalty: [{ program: 'gold', memberNo: '77' }] },
      ['customerNumber C001 strong in its system', 'memberNumber gold|77 strong in its system'],
    ],
    [
      'name and birthday or address, weakly',
      'customer',
      {
        displayName: '王芳',
        person: { birthDate: '1990-02-03' },
        addresses: [{ key: 'a', city: '北京', lines: ['长安街 1 号'] }],
      },
      ['nameBirthday 王芳|1990-02-03 weak', 'nameAddress 王芳|北京 长安街 1 号 weak'],
    ],
    [
      'a SKU without blanks, and barcodes as GTIN-14',
      'product',
      {
        skuCode: 'tea 01',
        baseUnit: 'H87',
        barcodes: [{ value: '6901234567892' }, { value: '2001234567893' }, { value: '36000291452' }],
      },
      ['skuCode TEA01 strong', 'barcode 06901234567892 strong'],
    ],
    [
      'the barcode of a carton, less strongly',
      'product',
      { baseUnit: 'H87', barcodes: [{ value: '6901234567892', unit: 'XCT' }] },
      ['barcode 06901234567892 medium'],
    ],
    [
      'a location code and GLN',
      'location',
      { code: 'w-1', gln: '6901234567892' },
      ['locationCode W-1 strong', 'gln 6901234567892 strong'],
    ],
    [
      'order numbers within channel and system',
      'order',
      { orderNumber: '#1001', externalNumber: 'a1', channel: { code: 'shop', kind: 'ecommerce' } },
      ['externalNumber SHOP|A1 strong', 'orderNumber #1001 strong in its system'],
    ],
    [
      'product, location and lot of a stock level',
      'stockLevel',
      { skuId: { id: 'p' }, locationId: { id: 'l' }, lot: 'b1' },
      ['stockKey p|l|B1 strong'],
    ],
    [
      'nothing while a reference is native',
      'stockLevel',
      { skuId: { native: { stream: 's', id: '1' } }, locationId: { id: 'l' } },
      [],
    ],
  ])('are %s', (_, entity, body, expected) => {
    expect(keysOf(entity, body)).toEqual(expected);
  });
});
