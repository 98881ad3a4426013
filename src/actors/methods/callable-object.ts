/** The objects whose methods an actor makes callable, and the search for a method by its name. */
import { raise } from '../../core/internal.js';
import { MethodNotFound } from '../handlers/handler.js';
import { MethodCall, PostCall, type Self } from './method-call.js';
import type { Method } from './method-types.js';
import { isNeverRemote, isNeverRemoteNested } from './never-remote.js';

/** A method that was found; the owner's property is read at each call, because it may change. */
export interface Found {
  readonly owner: CallableObject;
  readonly key: string;
}

type Properties = Readonly<Record<string, unknown>>;

/**
 * An object with methods. `this` of a method of a class is its instance, which `#fields` need. In a
 * plain object `this` is the context of the call; its other properties are those of the object.
 */
export class CallableObject {
  readonly object: object;
  readonly isLiteral: boolean;
  /** The class of the contexts. */
  readonly Call: typeof MethodCall = MethodCall;
  readonly PostCall: typeof PostCall = PostCall;
  /** By name; only methods that exist get in here, so a peer cannot make it grow. */
  readonly #found = new Map<string, Found>();
  readonly #nested = new Map<string, CallableObject>();

  constructor(object: object) {
    this.object = object;
    this.isLiteral = isLiteral(object);
    if (!this.isLiteral) return;
    this.Call = class extends MethodCall {};
    this.PostCall = class extends PostCall {};
    fallBackTo(object, this.Call.prototype);
    fallBackTo(object, this.PostCall.prototype);
  }

  /** Throws MethodNotFound unless there is a method of that name, or path. */
  find(name: string): Found {
    return this.#found.get(name) ?? this.#search(name);
  }

  #search(name: string): Found {
    if (hasMethod(this.object, name)) {
      const found = { owner: this, key: name };
      this.#found.set(name, found);
      return found;
    }
    const path = name.split('.');
    const key = path.pop() ?? '';
    const nested = path.length > 0 && !isNeverRemoteNested(key) ? this.#nestedAt(path) : undefined;
    if (nested === undefined || !hasMethod(nested.object, key)) throw noMethod(name);
    return { owner: nested, key };
  }

  #nestedAt(path: readonly string[]): CallableObject | undefined {
    const inner = (outer: CallableObject | undefined, key: string): CallableObject | undefined =>
      outer === undefined ? undefined : outer.#nestedIn(key);
    return path.reduce(inner, this);
  }

  /** The object in this property may be another one by now. */
  #nestedIn(key: string): CallableObject | undefined {
    const object = this.isLiteral ? nestedIn(this.object, key) : undefined;
    if (object === undefined) return undefined;
    const known = this.#nested.get(key);
    if (known?.object === object) return known;
    const owner = new CallableObject(object);
    this.#nested.set(key, owner);
    return owner;
  }

  /** Calls one of its methods for a post. */
  post(key: string, self: Self, args: never[]): unknown {
    return this.#apply(key, this.isLiteral ? new this.PostCall(self) : this.object, args);
  }

  /** Calls one of its methods; `context` is `this` in a plain object. */
  call(key: string, context: object, args: never[]): unknown {
    return this.#apply(key, this.isLiteral ? context : this.object, args);
  }

  #apply(key: string, self: object, args: never[]): unknown {
    const method = (this.object as Properties)[key];
    if (typeof method !== 'function') throw noMethod(key);
    return (method as Method).apply(self as never, args);
  }
}

const noMethod = (name: string): MethodNotFound =>
  new MethodNotFound(`this actor has no method ${name}`);

/** Whether the object is a literal, not an instance of a class; in any realm. */
function isLiteral(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Looks without calling getters, and not in `Object.prototype`. */
function hasMethod(object: object, key: string): boolean {
  if (isNeverRemote(key)) return false;
  let at: object | null = object;
  while (at !== null) {
    const property = Object.getOwnPropertyDescriptor(at, key);
    if (property !== undefined) return typeof property.value === 'function';
    at = Object.getPrototypeOf(at) as object | null;
    if (at !== null && Object.getPrototypeOf(at) === null) return false;
  }
  return false;
}

/** The object in this property, unless it is a built-in one, such as a map. */
function nestedIn(object: object, key: string): object | undefined {
  if (isNeverRemote(key)) return undefined;
  const value = Object.getOwnPropertyDescriptor(object, key)?.value as unknown;
  return Object.prototype.toString.call(value) === '[object Object]'
    ? (value as object)
    : undefined;
}

/**
 * Makes the objects that have this prototype show the properties of `object`, where neither they
 * nor their class have one of that name. What is assigned to such a property is stored in `object`.
 */
function fallBackTo(object: object, prototype: object): void {
  const properties = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(prototype) as object);
  const fallback = new Proxy(object, {
    get: (object, key) => Reflect.get(object, key) as unknown,
    set: (object, key, value) => Reflect.set(object, key, value),
  });
  Object.setPrototypeOf(prototype, Object.create(fallback, properties) as object);
}

/** Throws `InvalidArgument` if a literal has a method that could never be called. */
export function checkNames(
  stackStartFn: unknown,
  object: object,
  path = '',
  seen = new Set(),
): void {
  if (!isLiteral(object) || seen.has(object)) return;
  seen.add(object);
  const isReserved = path === '' ? isNeverRemote : isNeverRemoteNested;
  for (const key of Object.keys(object)) {
    if (isReserved(key)) {
      raise(stackStartFn, 'InvalidArgument', `a method cannot be named ${path}${key}`);
    }
    const nested = nestedIn(object, key);
    if (nested !== undefined) checkNames(stackStartFn, nested, `${path}${key}.`, seen);
  }
}
