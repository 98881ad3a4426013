/** Which properties of an object are methods that can be called from elsewhere, as types. */
export type Method = (...args: never[]) => unknown;
export type Methods = Record<string, Method>;

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- it has no methods
export type NoMethods = Record<never, Method>;

/** Whether the type is `any`. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** The type of no function: every function has this property. */
export interface NoFunction {
  readonly [Symbol.hasInstance]?: never;
}

/** An object of methods: neither a function nor, as far as its type tells, a built-in object. */
export type Group = object &
  NoFunction & {
    readonly [Symbol.toStringTag]?: never;
    readonly [Symbol.toPrimitive]?: never;
    readonly [Symbol.unscopables]?: never;
  };

/** The names of NEVER_REMOTE. */
type NeverRemoteName =
  keyof (typeof Object)['prototype'] | 'then' | 'toJSON' | 'inspect' | 'asymmetricMatch';

/** In a nested object these are the methods of the function that stands for it. */
type FunctionName = 'apply' | 'bind' | 'call';

export type RemoteName<K> = Exclude<K & string, NeverRemoteName>;
export type NestedName<K> = Exclude<RemoteName<K>, FunctionName>;
