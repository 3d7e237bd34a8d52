import type { LoadedMapping } from '@isthmus/mapping';

/** Where a mapping is wrong first, as the end of a sentence; empty where it is not, or where there is none. */
export function firstError(loaded: Pick<LoadedMapping, 'findings'> | undefined): string {
  const error = loaded?.findings.find(({ severity }) => severity === 'error');
  return error ? `: line ${error.line}, ${error.message.en}`.replace(/\.$/, '') : '';
}
