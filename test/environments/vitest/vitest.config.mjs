import { defineConfig } from 'vitest/config';

const checks = (environment, pool, include = ['checks.test.mjs']) => ({
  test: { name: `${environment}, ${pool}`, environment, pool, include },
});

export default defineConfig({
  test: {
    projects: [
      checks('jsdom', 'vmThreads', ['checks.test.mjs', 'greeter.test.mjs']),
      checks('happy-dom', 'threads'),
      {
        test: {
          name: 'web-worker',
          include: ['web-worker*.test.mjs'],
          setupFiles: ['@vitest/web-worker'],
        },
      },
    ],
  },
});
