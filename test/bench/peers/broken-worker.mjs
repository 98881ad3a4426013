// A worker that does not load.
throw new Error('broken while loading');
