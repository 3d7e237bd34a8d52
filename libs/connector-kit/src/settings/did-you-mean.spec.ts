import { didYouMean } from './did-you-mean.js';

describe('didYouMean', () => {
  it.each([
    ['tokn', ['token', 'password'], 'token'],
    ['raed', ['read', 'write'], 'read'],
    ['baseURL', ['baseUrl'], 'baseUrl'],
    ['cursor', ['page', 'offset'], undefined],
    ['x', ['read', 'y'], undefined],
  ])('%s among %j means %s', (given, known, meant) => {
    expect(didYouMean(given, known)).toBe(meant);
  });
});
