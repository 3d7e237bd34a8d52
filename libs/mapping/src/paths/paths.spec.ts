import fc from 'fast-check';
import type { Json, JsonObject } from '@isthmus/json';
import { Drafts } from './drafts.js';
import { isPathProblem, parsePath, pathOf } from './parse-path.js';
import { patternOf, pointerOf } from './pointer.js';
import { compileReader, WrongShape } from './read-path.js';
import { compileWriter } from './write-path.js';

const read = (path: string, source: Json, primaryFirst = false): unknown =>
  compileReader(pathOf(path), { primaryFirst })(source);

describe('path texts', () => {
  it.each([
    ['name', [{ kind: 'key', key: 'name' }]],
    [
      'a.b.c',
      [
        { kind: 'key', key: 'a' },
        { kind: 'key', key: 'b' },
        { kind: 'key', key: 'c' },
      ],
    ],
    [
      "fields['a.b']",
      [
        { kind: 'key', key: 'fields' },
        { kind: 'key', key: 'a.b' },
      ],
    ],
    [
      'list[2].x',
      [
        { kind: 'key', key: 'list' },
        { kind: 'index', index: 2 },
        { kind: 'key', key: 'x' },
      ],
    ],
    [
      '客户.名称',
      [
        { kind: 'key', key: '客户' },
        { kind: 'key', key: '名称' },
      ],
    ],
    [
      'points[kind=mobile][1].value',
      [
        { kind: 'key', key: 'points' },
        { kind: 'select', where: [{ key: 'kind', value: 'mobile' }], nth: 1 },
        { kind: 'key', key: 'value' },
      ],
    ],
    [
      "meta[namespace=a, key='b c'].value",
      [
        { kind: 'key', key: 'meta' },
        {
          kind: 'select',
          where: [
            { key: 'namespace', value: 'a' },
            { key: 'key', value: 'b c' },
          ],
          nth: 0,
        },
        { kind: 'key', key: 'value' },
      ],
    ],
    [
      "x[on=true][n=7][t='7'].v",
      [
        { kind: 'key', key: 'x' },
        { kind: 'select', where: [{ key: 'on', value: true }], nth: 0 },
        { kind: 'select', where: [{ key: 'n', value: 7 }], nth: 0 },
        { kind: 'select', where: [{ key: 't', value: '7' }], nth: 0 },
        { kind: 'key', key: 'v' },
      ],
    ],
  ])('%s is understood', (text, segments) => {
    expect(parsePath(text)).toEqual({ text, segments });
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a[',
    'a[]',
    'a[x]',
    '[0].a',
    'a[kind=]',
    'a]b',
    'a b[0',
    'a[100]',
    "a['']",
    ' a',
    'a. b',
  ])('"%s" is refused', (text) => {
    expect(isPathProblem(parsePath(text))).toBe(true);
  });

  it.each([
    '__proto__',
    'a.__proto__.b',
    'constructor.prototype',
    "a['__proto__']",
    'a[__proto__=1].b',
    'a[0].prototype',
    'constructor',
  ])('"%s" is refused as dangerous', (text) => {
    expect(parsePath(text)).toMatchObject({ problem: 'dangerous' });
  });

  it('answers any text in bounded time', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 400, unit: fc.constantFrom(...'a.[]=\'"0,\\ ') }),
        (text) => void parsePath(text),
      ),
    );
    expect(parsePath('a[a=a'.repeat(60))).toMatchObject({ problem: 'syntax' });
  });

  it('shows as JSON Pointer and as pattern', () => {
    const path = pathOf("contactPoints[kind=mobile].a['x/y']");
    expect(pointerOf(path)).toBe('/contactPoints/[kind=mobile]/a/x~1y');
    expect(patternOf(path)).toBe('/contactPoints/*/a/x~1y');
  });
});

describe('reading', () => {
  const points: Json = [
    { kind: 'email', value: 'e1' },
    { kind: 'mobile', value: 'm1' },
    { kind: 'mobile', value: 'm2', isPrimary: true },
  ];

  it.each<[string, Json, unknown]>([
    ['a', { a: 1 }, 1],
    ['a', {}, undefined],
    ['a.b', { a: null }, null],
    ['a.b.c', { a: { b: { c: 0 } } }, 0],
    ['a.b.c', { a: {} }, undefined],
    ['a[0]', { a: [] }, null],
    ['a[1]', { a: ['x', 'y'] }, 'y'],
    ['toString', {}, undefined],
    ['a.hasOwnProperty', { a: {} }, undefined],
    ['p[kind=fax].value', { p: points }, null],
    ['p[kind=mobile].value', { p: points }, 'm1'],
    ["p[code='7'].value", { p: [{ code: 7, value: 'seven' }] }, 'seven'],
  ])('%s of %j', (path, source, found) => {
    expect(read(path, source)).toBe(found);
  });

  it('prefers the primary item of canonical lists, then the order of the list', () => {
    expect(read('p[kind=mobile].value', { p: points }, true)).toBe('m2');
    expect(read('p[kind=mobile][1].value', { p: points }, true)).toBe('m1');
    expect(read('p[kind=mobile][2].value', { p: points }, true)).toBe(null);
  });

  it.each<[string, Json, number]>([
    ['a.b', { a: 'text' }, 1],
    ['a.b', { a: [] }, 1],
    ['a[0]', { a: {} }, 1],
    ['a.b.c', { a: { b: 7 } }, 2],
  ])('%s of %j says that the shape is wrong', (path, source, depth) => {
    expect(read(path, source)).toEqual(expect.objectContaining({ depth }));
    expect(read(path, source)).toBeInstanceOf(WrongShape);
  });

  it('reads own properties only, even when a prototype was polluted', () => {
    const parent = { secret: 'inherited' };
    expect(read('secret', Object.create(parent) as JsonObject)).toBe(undefined);
    expect(read('a.secret', { a: Object.create(parent) as JsonObject })).toBe(undefined);
  });
});

describe('writing', () => {
  function written(steps: readonly (readonly [string, Json, boolean?])[], keys: readonly string[] = []): JsonObject {
    const target: JsonObject = {};
    const drafts = new Drafts();
    for (const [path, value, real = value !== null] of steps)
      compileWriter(pathOf(path), () => keys)(target, value, drafts, real);
    drafts.settle();
    return target;
  }

  it.each<[readonly (readonly [string, Json, boolean?])[], JsonObject]>([
    [[['a', 1]], { a: 1 }],
    [[['a.b', null]], { a: { b: null } }],
    [
      [
        ['a', null],
        ['a.b', 1],
      ],
      { a: { b: 1 } },
    ],
    [[['a[0]', null]], { a: [] }],
    [
      [
        ['a[0]', null],
        ['a[1]', 'x'],
      ],
      { a: [null, 'x'] },
    ],
    [
      [
        ['a[0].b', 'x'],
        ['a[0].c', 'y'],
      ],
      { a: [{ b: 'x', c: 'y' }] },
    ],
    [[['p[kind=email].value', 'e']], { p: [{ kind: 'email', value: 'e' }] }],
    [[['p[kind=email].value', null]], { p: [] }],
    [[['p[kind=email].label', 'fixed', false]], { p: [] }],
    [
      [
        ['p[use=home].city', null],
        ['p[use=home].street', 's'],
      ],
      { p: [{ use: 'home', city: null, street: 's' }] },
    ],
    [
      [
        ['p[k=m].v', 'a'],
        ['p[k=m][1].v', 'b'],
      ],
      {
        p: [
          { k: 'm', v: 'a' },
          { k: 'm', v: 'b' },
        ],
      },
    ],
    [
      [
        ['p[k=m].v', null],
        ['p[k=m][1].v', 'b'],
      ],
      { p: [{ k: 'm', v: 'b' }] },
    ],
  ])('case %# makes %j', (steps, target) => {
    expect(written(steps)).toEqual(target);
  });

  it('makes one item of two with the same key', () => {
    expect(
      written(
        [
          ['p[k=m].v', 'a'],
          ['p[k=m][1].v', 'a'],
        ],
        ['k', 'v'],
      ),
    ).toEqual({ p: [{ k: 'm', v: 'a' }] });
  });
});
