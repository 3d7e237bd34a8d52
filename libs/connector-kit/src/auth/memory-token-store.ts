import type { KitClock, StoredToken, TokenStore } from '../contract.js';

/** A token store for one process: tests, the command line, the conformance suite. */
export function createMemoryTokenStore(clock: Pick<KitClock, 'now'>): TokenStore {
  const stored = new Map<string, StoredToken>();
  const running = new Map<string, Promise<StoredToken>>();
  const fresh = (name: string): StoredToken | undefined => {
    const token = stored.get(name);
    return token && Date.parse(token.expiresAt) > clock.now().getTime() ? token : undefined;
  };
  return {
    get: (name) => Promise.resolve(fresh(name)),
    refresh: (name, stale, refresh) => {
      const current = fresh(name);
      if (current && current.value !== stale) return Promise.resolve(current);
      const underWay = running.get(name);
      if (underWay) return underWay;
      const renewal = refresh()
        .then((token) => {
          stored.set(name, token);
          return token;
        })
        .finally(() => running.delete(name));
      running.set(name, renewal);
      return renewal;
    },
  };
}
