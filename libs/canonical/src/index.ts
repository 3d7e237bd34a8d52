export type { Finding, FindingSeverity, Wording } from './finding.js';
export { joinPointer, parsePointer, readPointer } from './pointer.js';
export type { NativeRef, RecordRef, Ref } from './refs.js';
export { isNativeRef, isRecordRef } from './refs.js';

export type { Outcome, ValueProblem } from './values/outcome.js';
export {
  addDecimals,
  compareDecimals,
  equalDecimals,
  isDecimal,
  multiplyDecimals,
  normaliseDecimal,
  parseDecimal,
  roundDecimal,
  shiftPoint,
  sumDecimals,
} from './values/decimal.js';
export type { Money } from './values/money.js';
export {
  addMoney,
  canonicalMoney,
  minorDigits,
  money,
  moneyFromMinorUnits,
  moneyToMinorUnits,
  roundMoney,
} from './values/money.js';
export type { Quantity, UnitFactor } from './values/quantity.js';
export { canonicalQuantity, isUnitCode, quantity, unitByName, unitNames } from './values/quantity.js';
export { parseRate, percentFromRate, rateFromPercent } from './values/rate.js';
export type { BusinessDate, EpochUnit, Instant } from './values/instant.js';
export {
  businessDateIn,
  instantFromEpoch,
  instantFromExcelSerial,
  instantFromLocal,
  instantFromRfc3339,
  isInstant,
  isTimeZone,
  localFromInstant,
  parseBusinessDate,
} from './values/instant.js';
export type { PhoneNumber } from './values/phone.js';
export { parsePhone } from './values/phone.js';
export {
  cleanCode,
  cleanMultilineText,
  cleanText,
  comparableCode,
  hasForbiddenCharacters,
  toHalfWidth,
} from './values/text.js';
export { isUnifiedSocialCreditCode, normaliseTaxNumber } from './values/tax-number.js';
export { gtin14, isGtin, isInStoreGtin } from './values/gtin.js';
export { parseCurrency } from './values/currency.js';
export { parseCountry } from './values/country.js';
export { isRoleMailbox, normaliseEmail } from './values/email.js';

export type { JsonSchema, SchemaTitle, TextKind, ValueKind } from './schemas/schema.js';
export { schemaKeywords } from './schemas/schema.js';
export type { Customer, Location, Order, Product, StockLevel } from './generated/entities.js';

export type { Body, EntityDefinition, MatchKey, MatchKeyKind, MatchStrength } from './entities/entity-definition.js';
export type { EntityName } from './entities/entities.js';
export { entityDefinition, entityNames, isEntityName } from './entities/entities.js';
export type { FieldInfo, ListKey } from './entities/schema-fields.js';
export { fieldsOf, listKeysOf } from './entities/schema-fields.js';
export type { FoundRef } from './entities/find-refs.js';
export { findRefs } from './entities/find-refs.js';
export { normaliseBody } from './entities/normalise-body.js';
export { derivedPointers, withoutDerived } from './entities/derived-fields.js';
export { maskPersonal } from './entities/mask-personal.js';
export {
  documentEntities,
  erasedBody,
  isPersonEntity,
  personalMembers,
  personalTexts,
  withoutPersonal,
} from './entities/erase-personal.js';
export type { ValidateOptions } from './entities/validate-body.js';
export { validateBody } from './entities/validate-body.js';
export { newAjv } from './entities/new-ajv.js';
export type { FulfillmentStatus, InvoiceStatus, OrderStatus, PaymentStatus } from './entities/order-states.js';
export {
  fulfillmentStatuses,
  invoiceStatuses,
  mayMoveOrder,
  orderStatuses,
  orderTransitions,
  paymentStatuses,
} from './entities/order-states.js';

export type { CompactProvenance, ProvenanceSource } from './envelope/provenance.js';
export { emptyProvenance, hubConnectionId, provenanceOf, withProvenance } from './envelope/provenance.js';
export type { RecordEnvelope, RecordStatus } from './envelope/record-envelope.js';
export { newRecordId, recordStatuses } from './envelope/record-envelope.js';
