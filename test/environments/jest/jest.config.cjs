const project = { transform: {}, moduleFileExtensions: ['js', 'cjs', 'mjs', 'json'] };

module.exports = {
  projects: [
    {
      ...project,
      displayName: 'jsdom',
      testEnvironment: 'jsdom',
      testMatch: ['**/*.test.{cjs,mjs}'],
    },
    {
      ...project,
      displayName: 'happy-dom',
      testEnvironment: '@happy-dom/jest-environment',
      testMatch: ['**/checks.test.mjs'],
    },
  ],
};
