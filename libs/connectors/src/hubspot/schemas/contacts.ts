import { contactKind } from '../objects.js';
import { objectSchema } from './parts.js';

const own = contactKind.own.map((property) => property.name);

/** Native schema of a contact. */
export const contactsSchema = objectSchema('HubSpot contact', [
  contactKind.stamp,
  'createdate',
  ...contactKind.properties,
  ...own,
]);
