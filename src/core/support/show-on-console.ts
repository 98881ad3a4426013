interface WithConsole {
  readonly console?: { error(error: unknown): void };
}

/** Does not use reportError(), which would end the process in Deno. */
export function showOnConsole(error: unknown): void {
  (globalThis as WithConsole).console?.error(error);
}
