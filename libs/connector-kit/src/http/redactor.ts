/** Replaces what must not be seen. */
export interface Redactor {
  /** Text of a body or a message: known secret values, and the values of fields with telling names. */
  text(text: string): string;
  /** A query or a form (`a=1&b=2`): telling names and known values. */
  query(query: string): string;
  headers(headers: { readonly [name: string]: string }): { [name: string]: string };
  /** From now on this value is a secret as well (a token that was just obtained). */
  learn(secret: string): void;
}

const MASK = '***';
const SHORTEST = 4;
const MOST_LEARNT = 50;
const NAMES =
  'authori[sz]ation|cookie|token|secret|passw(?:or)?d|pwd|api[-_]?key|access[-_]?key|app[-_]?key|client[-_]?key|signature|\\bsign\\b|credential|private[-_]?key|session[-_]?id';
const TELLING = new RegExp(`(?:${NAMES})`, 'i');
const QUERY_TELLING = new RegExp(`(?:${NAMES}|^code$|^key$|^sig$)`, 'i');
// A JSON member with a telling name; the text may have been cut, so that the closing quote is missing.
const JSON_MEMBER = new RegExp(
  `("[^"\\\\]*(?:${NAMES})[^"\\\\]*"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*(?:"|$)|-?\\d[\\d.eE+-]*)`,
  'gi',
);
const XML_MEMBER = new RegExp(`(<([\\w:]*(?:${NAMES})[\\w:]*)>)[^<]*`, 'gi');

/** @param secrets values that must never be seen; shorter ones than four characters cannot be told from plain text */
export function createRedactor(secrets: readonly string[]): Redactor {
  const fixed = secrets.flatMap(formsOf);
  let learnt: string[] = [];
  let pattern = compile(fixed);
  const known = (text: string): string => (pattern ? text.replace(pattern, MASK) : text);
  return {
    text: (text) => known(text.replace(JSON_MEMBER, `$1"${MASK}"`).replace(XML_MEMBER, `$1${MASK}`)),
    query: (query) => known(query.split('&').map(redactPair).join('&')),
    headers: (headers) => {
      const safe: { [name: string]: string } = {};
      for (const name of Object.keys(headers)) safe[name] = TELLING.test(name) ? MASK : known(headers[name] ?? '');
      return safe;
    },
    learn: (secret) => {
      const forms = formsOf(secret);
      if (forms.length === 0 || learnt.includes(forms[0] ?? '')) return;
      learnt = [...learnt, ...forms].slice(-MOST_LEARNT);
      pattern = compile([...fixed, ...learnt]);
    },
  };
}

function redactPair(pair: string): string {
  const at = pair.indexOf('=');
  if (at < 0) return pair;
  return QUERY_TELLING.test(pair.slice(0, at)) ? `${pair.slice(0, at + 1)}${MASK}` : pair;
}

/** The value as it may appear: plain, percent-encoded, inside JSON, in Base64. */
function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST) return [];
  const base64 = Buffer.from(secret).toString('base64');
  return [...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64])];
}

function compile(values: readonly string[]): RegExp | undefined {
  if (values.length === 0) return undefined;
  const longestFirst = [...new Set(values)].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
}
