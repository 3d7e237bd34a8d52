import { companyKind } from '../objects.js';
import { objectSchema } from './parts.js';

const own = companyKind.own.map((property) => property.name);

/** Native schema of a company. */
export const companiesSchema = objectSchema('HubSpot company', [
  companyKind.stamp,
  'createdate',
  ...companyKind.properties,
  ...own,
]);
