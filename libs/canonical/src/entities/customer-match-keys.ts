import type { JsonObject } from '@isthmus/json';
import { isRoleMailbox, normaliseEmail } from '../values/email.js';
import { normaliseTaxNumber } from '../values/tax-number.js';
import { cleanCode, cleanText, comparableCode } from '../values/text.js';
import type { Body, MatchKey, MatchKeyKind } from './entity-definition.js';
import { itemsAt, objectAt, textAt, textsAt } from './read-body.js';

const E164 = /^\+[1-9]\d{6,14}$/;
// A Chinese number tells by itself that it is a mobile; many systems have only one field for telephone numbers.
const CHINESE_MOBILE = /^\+861[3-9]\d{9}$/;

const strong = (kind: MatchKeyKind, value: string, scope: MatchKey['scope'] = 'hub'): MatchKey => ({
  kind,
  value,
  strength: 'strong',
  scope,
});
const medium = (kind: MatchKeyKind, value: string): MatchKey => ({ kind, value, strength: 'medium', scope: 'hub' });
const weak = (kind: MatchKeyKind, value: string): MatchKey => ({ kind, value, strength: 'weak', scope: 'hub' });

/** Keys that say who a customer is, strongest first. */
export function customerMatchKeys(body: Body): MatchKey[] {
  return [
    ...itemsAt(body, 'identities').flatMap(identityKeys),
    ...numberKeys(body),
    ...organizationKeys(objectAt(body, 'organization')),
    ...itemsAt(body, 'contactPoints').flatMap(contactKeys),
    ...nameKeys(body),
  ];
}

/** An identity counts only within its scope: the same open id in two apps is two people. */
function identityKeys(identity: JsonObject): MatchKey[] {
  const subject = textAt(identity, 'subject');
  const provider = textAt(identity, 'provider');
  if (!subject || !provider) return [];
  const kind = textAt(identity, 'subjectKind') ?? '';
  const value = [provider, textAt(identity, 'appScope') ?? '', kind, cleanCode(subject)].join('|');
  return [strong(kind.toLowerCase() === 'unionid' ? 'unionid' : 'identity', value)];
}

function numberKeys(body: Body): MatchKey[] {
  const number = textAt(body, 'customerNumber');
  const cards = itemsAt(body, 'loyalty').flatMap((card) => {
    const memberNo = textAt(card, 'memberNo');
    return memberNo
      ? [strong('memberNumber', `${textAt(card, 'program') ?? ''}|${comparableCode(memberNo)}`, 'system')]
      : [];
  });
  return [...(number ? [strong('customerNumber', comparableCode(number), 'system')] : []), ...cards];
}

function organizationKeys(organization: JsonObject | undefined): MatchKey[] {
  const creditCode = textAt(organization, 'unifiedSocialCreditCode');
  const taxId = textAt(organization, 'taxId');
  return [
    ...(creditCode ? [strong('unifiedSocialCreditCode', normaliseTaxNumber(creditCode))] : []),
    ...(taxId ? [strong('taxId', normaliseTaxNumber(taxId))] : []),
  ];
}

function contactKeys(point: JsonObject): MatchKey[] {
  const kind = textAt(point, 'kind');
  const value = textAt(point, 'value') ?? '';
  if ((kind === 'mobile' && E164.test(value)) || (kind === 'phone' && CHINESE_MOBILE.test(value)))
    return [medium('mobile', value)];
  // A land line is often a reception desk.
  if (kind === 'phone' && E164.test(value))
    return [weak('phone', `${value}${textAt(point, 'ext') ? `;${textAt(point, 'ext')}` : ''}`)];
  return kind === 'email' ? emailKeys(value) : [];
}

function emailKeys(value: string): MatchKey[] {
  const email = normaliseEmail(value);
  return email.ok && !isRoleMailbox(email.value) ? [medium('email', email.value.toLowerCase())] : [];
}

function nameKeys(body: Body): MatchKey[] {
  const person = objectAt(body, 'person');
  const name = (textAt(person, 'fullName') ?? textAt(body, 'displayName') ?? '').toLowerCase();
  if (cleanText(name) === '') return [];
  const birthDate = textAt(person, 'birthDate');
  const places = itemsAt(body, 'addresses').flatMap((address) => {
    const lines = textsAt(address, 'lines').join(' ');
    const place = cleanText(`${textAt(address, 'city') ?? ''} ${lines}`).toLowerCase();
    return lines === '' ? [] : [weak('nameAddress', `${cleanText(name)}|${place}`)];
  });
  return [...(birthDate ? [weak('nameBirthday', `${cleanText(name)}|${birthDate}`)] : []), ...places];
}
