import { warning, type Finding } from '../finding.js';
import { customerSchema } from '../schemas/customer.js';
import { isUnifiedSocialCreditCode, normaliseTaxNumber } from '../values/tax-number.js';
import { customerMatchKeys } from './customer-match-keys.js';
import { defineEntity, type Body } from './entity-definition.js';
import { itemsAt, objectAt, textAt } from './read-body.js';

const E164 = /^\+[1-9]\d{6,14}$/;
const PHONE_KINDS: ReadonlySet<string> = new Set(['mobile', 'phone', 'fax']);

/** Customer: a person or an organization that buys. */
export const customer = defineEntity({ name: 'customer', schema: customerSchema, check, matchKeys: customerMatchKeys });

function check(body: Body): Finding[] {
  return [...checkCreditCode(body), ...checkPhones(body), ...checkPrimaries(body)];
}

function checkCreditCode(body: Body): Finding[] {
  const code = textAt(objectAt(body, 'organization'), 'unifiedSocialCreditCode');
  if (code === undefined || isUnifiedSocialCreditCode(normaliseTaxNumber(code))) return [];
  return [
    warning('customer.credit-code-check', '/organization/unifiedSocialCreditCode', {
      en: 'The check character of the unified social credit code does not fit.',
      zh: '统一社会信用代码校验位不符。',
    }),
  ];
}

function checkPhones(body: Body): Finding[] {
  return itemsAt(body, 'contactPoints').flatMap((point, index) =>
    PHONE_KINDS.has(textAt(point, 'kind') ?? '') && !E164.test(textAt(point, 'value') ?? '')
      ? [
          warning('customer.phone-invalid', `/contactPoints/${index}/value`, {
            en: 'Not a telephone number in international form; it is kept but identifies nobody.',
            zh: '不是国际格式的电话号码；已保留，但不用于识别客户。',
          }),
        ]
      : [],
  );
}

function checkPrimaries(body: Body): Finding[] {
  const seen = new Set<string>();
  return itemsAt(body, 'contactPoints').flatMap((point, index) => {
    const kind = textAt(point, 'kind') ?? '';
    if (point['isPrimary'] !== true) return [];
    if (!seen.has(kind)) {
      seen.add(kind);
      return [];
    }
    return [
      warning('customer.several-primaries', `/contactPoints/${index}/isPrimary`, {
        en: `Another contact point of the kind ${kind} is primary too.`,
        zh: `类型 ${kind} 有多个首选联系方式。`,
      }),
    ];
  });
}
