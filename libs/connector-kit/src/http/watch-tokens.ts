import type { StoredToken, TokenStore } from '../contract.js';
import type { Redactor } from './redactor.js';

/** The same token store, whose tokens the redactor knows from the moment a connector sees them. */
export function watchTokens(tokens: TokenStore, redactor: Redactor): TokenStore {
  const learn = <T extends StoredToken | undefined>(token: T): T => {
    if (token) textsOf(token.value).forEach((text) => redactor.learn(text));
    return token;
  };
  return {
    get: async (name) => learn(await tokens.get(name)),
    refresh: async (name, stale, refresh) =>
      learn(await tokens.refresh(name, stale, async () => learn(await refresh()))),
  };
}

/** The token itself, and the texts inside it where a vendor's token is JSON. */
function textsOf(value: string): string[] {
  if (!value.startsWith('{')) return [value];
  try {
    const parts = Object.values(JSON.parse(value) as { [name: string]: unknown });
    return [value, ...parts.filter((part): part is string => typeof part === 'string' && part.length >= 12)];
  } catch {
    return [value];
  }
}
