import type { Path } from './parse-path.js';

/** JSON Pointer of a path; a selector shows as written, because its position is only known in data. */
export function pointerOf(path: Path): string {
  return path.segments
    .map((segment) => {
      if (segment.kind === 'key') return `/${escape(segment.key)}`;
      if (segment.kind === 'index') return `/${segment.index}`;
      const conditions = segment.where.map(({ key, value }) => `${key}=${String(value)}`).join(',');
      return `/${escape(`[${conditions}]`)}${segment.nth > 0 ? `[${segment.nth}]` : ''}`;
    })
    .join('');
}

const patterns = new WeakMap<Path, string>();

/** JSON Pointer in which every list item is `*`. */
export function patternOf(path: Path): string {
  const known = patterns.get(path);
  if (known !== undefined) return known;
  const pattern = writePattern(path);
  patterns.set(path, pattern);
  return pattern;
}

function writePattern(path: Path): string {
  return path.segments.map((segment) => (segment.kind === 'key' ? `/${escape(segment.key)}` : '/*')).join('');
}

function escape(key: string): string {
  if (!key.includes('~') && !key.includes('/')) return key;
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
