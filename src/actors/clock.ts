/** Where every platform has it; in milliseconds. */
export const { performance } = globalThis as unknown as { performance: { now(): number } };
