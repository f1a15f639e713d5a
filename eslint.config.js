import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'cdk.out',
      'coverage',
      'dist',
      '.cache',
      '.dependency-cruiser.cjs',
      'local/sample-service/**',
      // What teams bring.
      'test/applications/{sam,cdk,serverless,plain}/**',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    // One program of the whole tree: a project service keeps every file open, which takes more memory than Node.js has by default.
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // Core is pure: time, randomness and the environment are handed in.
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'fetch',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'performance',
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The time is handed in.' },
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'The time is handed in.' },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Chance is handed in.' },
      ],
    },
  },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
