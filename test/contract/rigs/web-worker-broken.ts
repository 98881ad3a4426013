/** A worker whose script throws while it loads. */
throw new Error('this failure to load is part of the test');
export {};
