import type { Wording } from '../parts.js';
import { changeErrors } from './change-errors.js';
import { connectorErrors } from './connector-errors.js';
import { controlErrors } from './control-errors.js';
import { deliveryErrors } from './delivery-errors.js';
import { setupErrors } from './setup-errors.js';

/** A code on changes, deliveries, streams, the status page and in the log. */
export interface HubError {
  readonly code: string;
  readonly means: Wording;
  /** What to do next. */
  readonly next: Wording;
}

/** Every code that is shown outside of problem answers. */
export const hubErrors: readonly HubError[] = [
  ...changeErrors,
  ...deliveryErrors,
  ...controlErrors,
  ...connectorErrors,
  ...setupErrors,
].map(([code, meansEn, meansZh, nextEn, nextZh]) => ({
  code,
  means: { en: meansEn, zh: meansZh },
  next: { en: nextEn, zh: nextZh },
}));
