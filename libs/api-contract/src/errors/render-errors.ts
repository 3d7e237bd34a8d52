import { apiErrors } from './api-errors.js';
import type { ApiError } from './api-errors.js';
import { hubErrors } from './hub-errors.js';

interface Entry {
  readonly code: string;
  readonly title: string;
  readonly lines: readonly string[];
}

function entries(): Entry[] {
  const api = Object.entries(apiErrors as { readonly [code: string]: ApiError }).map(([code, error]) => ({
    code,
    title: `HTTP ${error.status}: ${error.title}`,
    lines: [error.detail.en, error.detail.zh, ...(error.retryable ? ['The same request may be sent again.'] : [])],
  }));
  const hub = hubErrors.map(({ code, means, next }) => ({
    code,
    title: means.en,
    lines: [means.zh, `What to do: ${next.en}`, `处理办法：${next.zh}`],
  }));
  return [...api, ...hub].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** The runbook `docs/errors.md`: every code with its meaning and the next step. */
export function errorsMarkdown(): string {
  const sections = entries().map(
    ({ code, title, lines }) => `## ${code}\n\n${title}\n\n${lines.map((line) => `- ${markdown(line)}`).join('\n')}\n`,
  );
  return `# Errors and what to do\n\nEvery code that the hub uses, in the API, on the status page and in the log. Written from the lists in \`libs/api-contract/src/errors\`.\n\n${sections.join('\n')}`;
}

/** The same as a page; every code is an anchor, so that problem answers can point at it. */
export function errorPageHtml(): string {
  const sections = entries().map(
    ({ code, title, lines }) =>
      `<section id="${escape(code)}"><h2>${escape(code)}</h2><p>${escape(title)}</p><ul>${lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul></section>`,
  );
  const style =
    'body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}section:target{background:#fff3bf}h2{font-size:1rem;font-family:monospace}';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Isthmus: errors</title><style>${style}</style><h1>Errors and what to do</h1>${sections.join('')}</html>`;
}

/** Names with underscores are not to be read as emphasis. */
function markdown(text: string): string {
  return text.replaceAll('__proto__', '`__proto__`');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
