import { posix } from 'node:path';
import { FileFault } from '../file-issue.js';
import { readWholeXml } from './read-xml.js';
import type { ZipParts } from './zip-parts.js';

/** One sheet of a workbook. */
export interface SheetPlace {
  readonly name: string;
  readonly part: string;
  readonly visible: boolean;
}

/** What the workbook says of itself. */
export interface Workbook {
  readonly sheets: readonly SheetPlace[];
  readonly epoch1904: boolean;
  /** Parts of shared texts and of formats, where there are any. */
  readonly sharedStrings: string | undefined;
  readonly styles: string | undefined;
}

const FALLBACK = 'xl/workbook.xml';

/** Reads the list of sheets and where their parts are (ECMA-376 part 1, 18.2 and part 2, 9.3). */
export async function readWorkbookParts(zip: ZipParts): Promise<Workbook> {
  const main = zip.has('_rels/.rels') ? await mainPart(zip) : FALLBACK;
  if (!zip.has(main)) throw new FileFault('not-a-table');
  const related = await relations(zip, main);
  const named: { name: string; id: string; visible: boolean }[] = [];
  let epoch1904 = false;
  await readWholeXml(zip.read(main), {
    open(name, attributes) {
      if (name === 'workbookPr') epoch1904 = ['1', 'true'].includes(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      named.push({ name: attributes['name'] ?? '', id, visible: (attributes['state'] ?? 'visible') === 'visible' });
    },
    close() {},
    text() {},
  });
  const sheets = named.flatMap(({ name, id, visible }) => {
    const target = related.find((one) => one.id === id);
    return target?.kind === 'worksheet' ? [{ name, visible, part: target.part }] : [];
  });
  const partOf = (kind: string): string | undefined =>
    related.find((one) => one.kind === kind && zip.has(one.part))?.part;
  return { sheets, epoch1904, sharedStrings: partOf('sharedStrings'), styles: partOf('styles') };
}

async function mainPart(zip: ZipParts): Promise<string> {
  const found = (await readRelations(zip, '_rels/.rels', '')).find((one) => one.kind === 'officeDocument');
  return found?.part ?? FALLBACK;
}

function relations(zip: ZipParts, part: string): Promise<Relation[]> {
  const folder = posix.dirname(part);
  return readRelations(zip, `${folder}/_rels/${posix.basename(part)}.rels`, folder);
}

interface Relation {
  readonly id: string;
  /** Last word of the relation's type, the same in both dialects of the standard. */
  readonly kind: string;
  readonly part: string;
}

async function readRelations(zip: ZipParts, part: string, folder: string): Promise<Relation[]> {
  const found: Relation[] = [];
  await readWholeXml(zip.read(part), {
    open(name, attributes) {
      if (name !== 'Relationship' || attributes['TargetMode'] === 'External') return;
      const target = attributes['Target'] ?? '';
      found.push({
        id: attributes['Id'] ?? '',
        kind: (attributes['Type'] ?? '').split('/').at(-1) ?? '',
        part: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
      });
    },
    close() {},
    text() {},
  });
  return found;
}
