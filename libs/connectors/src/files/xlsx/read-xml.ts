import { SaxesParser } from 'saxes';
import { FileFault } from '../file-issue.js';

/** What a reader of one part wants to hear. Names come without their namespace prefix, which some programs write. */
export interface XmlHandler {
  open(name: string, attributes: { readonly [name: string]: string }): void;
  close(name: string): void;
  text(text: string): void;
}

const MAX_DEPTH = 64;

/**
 * Feeds a part of a workbook through a strict XML parser, chunk by chunk. A document type (and with it every entity of its own,
 * inside or outside) is refused; nothing is ever loaded.
 *
 * @returns after each chunk, so that a caller can hand on what it has so far
 * @throws FileFault
 */
export async function* readXml(chunks: AsyncIterable<Buffer>, handler: XmlHandler): AsyncGenerator<void> {
  const parser = newParser(handler);
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of chunks) {
    feed(() => parser.write(decoder.decode(chunk, { stream: true })));
    yield;
  }
  feed(() => parser.write(decoder.decode()).close());
  yield;
}

/** As `readXml`, for parts that are taken as a whole. */
export async function readWholeXml(chunks: AsyncIterable<Buffer>, handler: XmlHandler): Promise<void> {
  const reading = readXml(chunks, handler);
  while ((await reading.next()).done !== true);
}

function newParser(handler: XmlHandler): SaxesParser {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let depth = 0;
  parser.on('error', (cause) => {
    throw new FileFault('broken-workbook', { detail: 'XML' }, { cause });
  });
  parser.on('doctype', () => {
    throw new FileFault('broken-workbook', { detail: 'DOCTYPE' });
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > MAX_DEPTH) throw new FileFault('broken-workbook', { detail: 'XML depth' });
    handler.open(localName(tag.name), tag.attributes as { [name: string]: string });
  });
  parser.on('closetag', (tag) => {
    depth -= 1;
    handler.close(localName(tag.name));
  });
  parser.on('text', (text) => handler.text(text));
  parser.on('cdata', (text) => handler.text(text));
  return parser;
}

function feed(step: () => void): void {
  try {
    step();
  } catch (cause) {
    throw cause instanceof FileFault ? cause : new FileFault('broken-workbook', { detail: 'XML' }, { cause });
  }
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
