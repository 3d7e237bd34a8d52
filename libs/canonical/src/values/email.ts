import { domainToASCII } from 'node:url';
import { bad, good, type Outcome } from './outcome.js';
import { cleanCode } from './text.js';

const PLAIN_DOMAIN = /^(?!.*(?:^|\.)xn--)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/;

const ROLES: ReadonlySet<string> = new Set([
  'abuse',
  'accounting',
  'accounts',
  'admin',
  'administrator',
  'billing',
  'contact',
  'enquiries',
  'finance',
  'hello',
  'help',
  'hostmaster',
  'hr',
  'info',
  'inquiry',
  'invoice',
  'invoices',
  'it',
  'mail',
  'marketing',
  'no-reply',
  'noreply',
  'office',
  'orders',
  'postmaster',
  'purchasing',
  'reception',
  'root',
  'sales',
  'security',
  'service',
  'shop',
  'store',
  'support',
  'team',
  'webmaster',
]);

/**
 * An e-mail address with its domain in lower case (international domains as ASCII); the local part keeps its case, as senders
 * may tell cases apart. Code: `email.syntax`.
 */
export function normaliseEmail(text: string): Outcome<string> {
  const clean = cleanCode(text)
    .replace(/^mailto:/i, '')
    .replace(/^<(.*)>$/, '$1');
  const at = clean.lastIndexOf('@');
  const local = clean.slice(0, Math.max(at, 0));
  const typed = clean.slice(at + 1).toLowerCase();
  const domain = PLAIN_DOMAIN.test(typed) ? typed : domainToASCII(typed);
  const plausible =
    /^[^\s@"<>(),;:\\[\]]{1,64}$/.test(local) && /^(?=.{3,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(domain);
  return plausible ? good(`${local}@${domain}`) : bad('email.syntax', 'not an e-mail address', '不是有效的电子邮箱');
}

/** True for mailboxes of a role (info@, sales@, no-reply@ …): they identify no person. */
export function isRoleMailbox(address: string): boolean {
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase();
  return ROLES.has(local.replace(/\+.*$/, ''));
}
