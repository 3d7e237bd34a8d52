import type { Document, RestHub } from './rest-hub.js';

/** A customer of the shop, the same for the same number. */
export const customer = (number: number, more: object = {}): Document => ({
  id: `c${number}`,
  number: `N-${number}`,
  name: `客户 ${number}`,
  email: `c${number}@example.com`,
  updatedAt: '2026-01-01T08:00:00.000Z',
  ...more,
});

/** So many numbers from the first one on. */
export const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_unused, index) => from + index);

/** Sends customers, fifty at a time, and says which answers came. */
export async function burst(rest: RestHub, numbers: readonly number[], more: object = {}): Promise<Set<number>> {
  const statuses = new Set<number>();
  for (let from = 0; from < numbers.length; from += 50) {
    const answers = await Promise.all(
      numbers.slice(from, from + 50).map((number) => rest.tellCustomer(customer(number, more))),
    );
    for (const status of answers) statuses.add(status);
  }
  return statuses;
}

/** Numbers of the customers that a collection holds, in order; one that is there twice stands twice. */
export function arrived(rest: RestHub, collection: string): string[] {
  const numbers = rest.documents(collection).map((document) => String(document['number']));
  return numbers.sort((one, other) => one.localeCompare(other));
}

/** Numbers as `arrived` gives them when each is there once. */
export function once(numbers: readonly number[]): string[] {
  return numbers.map((number) => `N-${number}`).sort((one, other) => one.localeCompare(other));
}
