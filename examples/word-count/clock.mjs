/**
 * Milliseconds, on a clock that all threads of the process share (performance.now() is one per
 * thread).
 */
export const now = () => Number(process.hrtime.bigint()) / 1e6;
