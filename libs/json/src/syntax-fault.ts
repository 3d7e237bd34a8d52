const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

type Expect = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/**
 * Where a JSON text stops being JSON, as line and column from 1. Only for texts that `JSON.parse` refused: its messages give no position
 * on every Node version, and they quote the text, which may hold personal data.
 */
export function syntaxFault(text: string): { readonly line: number; readonly column: number } {
  const offset = faultOffset(text);
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function faultOffset(text: string): number {
  const open: ('{' | '[')[] = [];
  let expect: Expect = 'value';
  TOKEN.lastIndex = 0;
  let end = 0;
  for (;;) {
    TOKEN.lastIndex = end;
    const token: RegExpExecArray | null = TOKEN.exec(text);
    const next: Expect | undefined = token ? step(expect, token, open) : undefined;
    if (next === undefined) return end + (/^[ \t\n\r]*/.exec(text.slice(end, end + 10_000))?.[0].length ?? 0);
    expect = next;
    end = TOKEN.lastIndex;
  }
}

function step(expect: Expect, token: RegExpExecArray, open: ('{' | '[')[]): Expect | undefined {
  const [, mark, string] = token;
  switch (mark) {
    case '{':
    case '[':
      return begin(expect, mark, open);
    case '}':
    case ']':
      return close(expect, mark, open);
    case ':':
      return expect === 'colon' ? 'value' : undefined;
    case ',':
      if (expect !== 'comma-or-end') return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
    case undefined:
    default:
      return scalar(expect, string !== undefined, open);
  }
}

const wantsValue = (expect: Expect): boolean => expect === 'value' || expect === 'value-or-end';

function begin(expect: Expect, mark: '{' | '[', open: ('{' | '[')[]): Expect | undefined {
  if (!wantsValue(expect)) return undefined;
  open.push(mark);
  return mark === '{' ? 'key-or-end' : 'value-or-end';
}

function scalar(expect: Expect, isText: boolean, open: readonly string[]): Expect | undefined {
  if (expect === 'key' || expect === 'key-or-end') return isText ? 'colon' : undefined;
  return wantsValue(expect) ? after(open) : undefined;
}

function close(expect: Expect, mark: '}' | ']', open: ('{' | '[')[]): Expect | undefined {
  const empty = mark === '}' ? 'key-or-end' : 'value-or-end';
  if ((expect !== 'comma-or-end' && expect !== empty) || open.at(-1) !== (mark === '}' ? '{' : '[')) return undefined;
  open.pop();
  return after(open);
}

function after(open: readonly string[]): Expect {
  return open.length > 0 ? 'comma-or-end' : 'nothing';
}
