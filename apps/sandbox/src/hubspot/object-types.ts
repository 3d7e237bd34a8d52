/** What is peculiar to one kind of CRM object. */
export interface ObjectType {
  /** Name in paths, plural. */
  readonly name: string;
  readonly singular: string;
  readonly typeId: string;
  /** Other names in paths. */
  readonly aliases: readonly string[];
  /** Property with the moment of creation and of the last change. */
  readonly created: string;
  readonly modified: string;
  /** Properties that are shown when none are asked for, besides the system's own three. */
  readonly shown: readonly string[];
  /** Properties that no two records share. */
  readonly unique: readonly string[];
  readonly firstId: bigint;
  /** Name of the list in `associations` of an answer. */
  readonly listName: string;
}

/** The kinds of objects that the sandbox knows. */
export const OBJECT_TYPES: readonly ObjectType[] = [
  {
    name: 'contacts',
    singular: 'contact',
    typeId: '0-1',
    aliases: ['contact'],
    listName: 'contacts',
    created: 'createdate',
    modified: 'lastmodifieddate',
    shown: ['email', 'firstname', 'lastname'],
    unique: ['email'],
    firstId: 70_100_001n,
  },
  {
    name: 'companies',
    singular: 'company',
    typeId: '0-2',
    aliases: ['company'],
    listName: 'companies',
    created: 'createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['name', 'domain'],
    unique: [],
    firstId: 15_200_000_001n,
  },
  {
    name: 'products',
    singular: 'product',
    typeId: '0-7',
    aliases: ['product'],
    listName: 'products',
    created: 'createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['name', 'description', 'price'],
    unique: [],
    firstId: 1_300_000_001n,
  },
  {
    name: 'line_items',
    singular: 'line_item',
    typeId: '0-8',
    aliases: ['line_item'],
    listName: 'line items',
    created: 'createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['name', 'quantity', 'price', 'amount'],
    unique: [],
    firstId: 9_400_000_001n,
  },
  {
    name: 'orders',
    singular: 'order',
    typeId: '0-123',
    aliases: ['order'],
    listName: 'orders',
    created: 'hs_createdate',
    modified: 'hs_lastmodifieddate',
    shown: [],
    unique: [],
    firstId: 350_500_000_001n,
  },
];

const byPath = new Map(
  OBJECT_TYPES.flatMap((type) => [type.name, type.typeId, ...type.aliases].map((name) => [name, type])),
);

/** The kind of object that a part of a path names. */
export function objectType(pathName: string): ObjectType | undefined {
  return byPath.get(pathName.toLowerCase());
}

/** One kind of association, in one direction. */
export interface AssociationType {
  readonly from: string;
  readonly to: string;
  readonly typeId: number;
  readonly label: string | null;
}

const PAIRS: readonly [string, string, number, number][] = [
  ['contacts', 'companies', 279, 280],
  ['orders', 'contacts', 507, 508],
  ['orders', 'companies', 509, 510],
  ['orders', 'line_items', 513, 514],
];

/** The associations that exist, both ways; the first of a pair is the one without label. */
export const ASSOCIATION_TYPES: readonly AssociationType[] = [
  ...PAIRS.flatMap(([from, to, there, back]) => [
    { from, to, typeId: there, label: null },
    { from: to, to: from, typeId: back, label: null },
  ]),
  { from: 'contacts', to: 'companies', typeId: 1, label: 'Primary' },
  { from: 'companies', to: 'contacts', typeId: 2, label: 'Primary' },
];
