import { isEntityName, personalTexts, withoutPersonal } from '@isthmus/canonical';
import { equalJson } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';
import type { MapEnvironment } from '@isthmus/mapping';
import type { StreamBinding } from './topology.js';

/** What is needed to tell what the fields of a native row are for. */
export type RowReader = Pick<StreamBinding, 'entity' | 'mapping' | 'stream'>;

/** Shorter texts stand in too many places by chance. */
const SHORTEST = 2;

/**
 * A native row of a document without what it says of a person. Out go the native fields into which the mapping writes personal fields of the
 * record, every other text that says the same as one of them, and every text or number that the mapping does not read: nobody can tell what
 * such a field says, and the hub needs it for nothing. Fields called `id` stay.
 *
 * @returns undefined = the mapping refuses the row, so nobody can tell which of its fields are personal
 */
export function rowWithoutPersonal(
  reader: RowReader,
  environment: MapEnvironment,
  row: JsonObject,
): JsonObject | undefined {
  const { entity, mapping } = reader;
  const said = mapping.toCanonical(row, environment);
  if (!isEntityName(entity) || !said.ok) return undefined;
  return prune(row, '', '', {
    fields: writtenFields(reader, environment, said.body, withoutPersonal(entity, said.body)),
    unread: unreadPatterns(reader, environment, row, said.body),
    texts: new Set(personalTexts(entity, said.body).map(comparable)),
  }) as JsonObject;
}

/** Native pointers that change when the personal fields go. */
function writtenFields(
  { mapping }: RowReader,
  environment: MapEnvironment,
  body: JsonObject,
  kept: JsonObject,
): ReadonlySet<string> {
  const whole = mapping.toNative(body, environment, () => undefined);
  const bare = mapping.toNative(kept, environment, () => undefined);
  if (!whole.ok || !bare.ok) return new Set();
  const left = new Map(leavesOf(bare.row).map(({ pointer, value }) => [pointer, value]));
  return new Set(leavesOf(whole.row).flatMap(({ pointer, value }) => (left.get(pointer) === value ? [] : [pointer])));
}

/** Patterns (list items as `*`) of texts and numbers without which the row says the same to the hub. */
function unreadPatterns(
  reader: RowReader,
  environment: MapEnvironment,
  row: JsonObject,
  body: JsonObject,
): ReadonlySet<string> {
  const patterns = new Set(
    leavesOf(row).flatMap(({ pattern, value }) =>
      (typeof value === 'string' || typeof value === 'number') && !pattern.endsWith('/id') ? [pattern] : [],
    ),
  );
  const isUnread = (pattern: string): boolean => {
    const less = prune(row, '', '', { ...NOTHING, unread: new Set([pattern]) }) as JsonObject;
    const said = reader.mapping.toCanonical(less, environment);
    return said.ok && equalJson(said.body, body) && equalJson(envelopeOf(reader, less), envelopeOf(reader, row));
  };
  return new Set([...patterns].filter(isUnread));
}

/** What the hub reads of a row besides its mapping. */
function envelopeOf({ stream }: RowReader, row: JsonObject): Json {
  return [stream.key(row), stream.version?.(row) ?? null, stream.modifiedAt?.(row) ?? null];
}

interface Leaf {
  readonly pointer: string;
  readonly pattern: string;
  readonly value: Json;
}

function leavesOf(value: Json, pointer = '', pattern = ''): Leaf[] {
  if (value === null || typeof value !== 'object') return [{ pointer, pattern, value }];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([name, item]) =>
    leavesOf(item, `${pointer}/${name}`, `${pattern}/${isList ? '*' : name}`),
  );
}

interface Personal {
  readonly fields: ReadonlySet<string>;
  readonly unread: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
}

const NOTHING: Personal = { fields: new Set(), unread: new Set(), texts: new Set() };

function prune(value: Json, pointer: string, pattern: string, personal: Personal): Json | undefined {
  if (value === null || typeof value !== 'object')
    return isPersonal(value, pointer, pattern, personal) ? undefined : value;
  if (Array.isArray(value))
    return value.flatMap((item, index) => {
      const kept = prune(item, `${pointer}/${index}`, `${pattern}/*`, personal);
      return kept === undefined ? [] : [kept];
    });
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const kept = prune(item, `${pointer}/${name}`, `${pattern}/${name}`, personal);
      return kept === undefined ? [] : [[name, kept] as const];
    }),
  );
}

function isPersonal(value: Json, pointer: string, pattern: string, personal: Personal): boolean {
  if (personal.fields.has(pointer) || personal.unread.has(pattern)) return true;
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = comparable(String(value));
  if (text.length < SHORTEST) return false;
  return personal.texts.has(text) || [...personal.texts].some((other) => isSameNumber(other, text));
}

/** A phone number with and without its country. */
function isSameNumber(a: string, b: string): boolean {
  const digits = /^\d{7,}$/;
  return digits.test(a) && digits.test(b) && (a.endsWith(b) || b.endsWith(a));
}

/** Texts that differ only in case, blanks and punctuation say the same. */
function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}@.]/gu, '');
}

/**
 * Whether a text holds one of the personal texts, such as a native id that is an e-mail address, or a reason that names the person.
 *
 * @param shortest personal texts with fewer letters and digits are not looked for
 */
export function tellsOf(text: string, personal: readonly string[], shortest: number): boolean {
  const said = comparable(text);
  return personal.some((value) => {
    const wanted = comparable(value);
    return wanted.length >= shortest && said.includes(wanted);
  });
}
