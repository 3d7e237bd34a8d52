/** A JSON Schema as this library writes them: plain data, `as const`. */
export type Schema = { readonly [keyword: string]: unknown };

/** The TypeScript type of values that a schema accepts, so that each shape is written once. */
export type FromSchema<S> = S extends { readonly const: infer Value }
  ? Value
  : S extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : S extends { readonly anyOf: readonly (infer Option)[] }
      ? FromSchema<Option>
      : S extends { readonly type: infer Type }
        ? Type extends readonly (infer Each)[]
          ? OfType<S, Each>
          : OfType<S, Type>
        : unknown;

type OfType<S, Type> = Type extends 'string'
  ? string
  : Type extends 'integer' | 'number'
    ? number
    : Type extends 'boolean'
      ? boolean
      : Type extends 'null'
        ? null
        : Type extends 'array'
          ? S extends { readonly items: infer Items }
            ? readonly FromSchema<Items>[]
            : readonly unknown[]
          : Type extends 'object'
            ? OfObject<S>
            : never;

type OfObject<S> = S extends { readonly properties: infer Properties }
  ? S extends { readonly required: readonly (infer Required)[] }
    ? { readonly [Name in keyof Properties as Name extends Required ? Name : never]: FromSchema<Properties[Name]> } & {
        readonly [Name in keyof Properties as Name extends Required ? never : Name]?: FromSchema<Properties[Name]>;
      }
    : { readonly [Name in keyof Properties]?: FromSchema<Properties[Name]> }
  : S extends { readonly additionalProperties: infer Value }
    ? { readonly [name: string]: Value extends boolean ? unknown : FromSchema<Value> }
    : { readonly [name: string]: unknown };
