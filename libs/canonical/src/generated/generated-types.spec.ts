import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// In a process of its own, because the generator's formatter is loaded by a dynamic import that jest cannot follow.
it('the committed types are those that the schemas yield', () => {
  const script = fileURLToPath(new URL('../../scripts/generate-types.mjs', import.meta.url));
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
}, 30_000);
