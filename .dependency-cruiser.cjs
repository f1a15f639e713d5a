/**
 * Which room may import which: `core ← adapters ← engine ← functions`, and beside them infra, cli, local and local-aws
 * (docs/architecture.md). Checked by test/architecture.test.ts, which also shows that each of these rules catches its violation.
 */
const rooms = [
  'core',
  'adapters',
  'engine',
  'functions',
  'infra',
  'cli',
  'local',
  'local-aws',
  'sam-transform',
  'scripts',
  'test',
];

/** Rooms that are npm workspaces. */
const packages = ['local-aws', 'sam-transform'];

/** What core takes from npm: nothing of these reads a clock (croner is given the time), a file or the network. */
const purePackages = [
  'croner',
  'fastest-levenshtein',
  'hdr-histogram-js',
  'js-yaml',
  'simple-statistics',
  'temporal-polyfill',
  'yaml',
  'zod',
];

/** `room` may import itself and `allowed`, and no other room. */
const only = (room, ...allowed) => ({
  name: `${room}-imports-${allowed.length === 0 ? 'no-other-room' : allowed.join('-and-')}`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: `^(${rooms.filter((other) => other !== room && !allowed.includes(other)).join('|')})/` },
});

module.exports = {
  forbidden: [
    // Circles of types alone, too: shared types have a file of their own.
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    only('core'),
    only('adapters', 'core'),
    only('engine', 'core', 'adapters'),
    only('functions', 'core', 'adapters', 'engine'),
    only('infra', 'core'),
    only('cli', 'core'),
    only('local', 'core', 'cli', 'local-aws', 'sam-transform'),
    only('local-aws'),
    only('sam-transform'),
    // Packages of their own: others see what their package.json exports, never a file by its path.
    ...packages.map((name) => ({
      name: `${name}-by-its-name`,
      severity: 'error',
      from: { pathNot: `^${name}/` },
      // Of what a workspace imports by name, the type is not determined: the root's package.json alone lists workspaces.
      to: { path: `^${name}/`, dependencyTypesNot: ['aliased-workspace', 'undetermined'] },
    })),
    {
      // A function of what it is given: digests are all that it takes of Node, and of npm nothing.
      name: 'sam-transform-is-pure',
      severity: 'error',
      from: { path: '^sam-transform/', pathNot: '^sam-transform/(test/|[^/]+\\.config\\.ts$)' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '^(node:)?crypto$' },
    },
    {
      // Digests and the notation of addresses are all that core takes of Node; eslint forbids its globals that are not pure.
      name: 'core-is-pure',
      severity: 'error',
      from: { path: '^core/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|net)$' },
    },
    {
      name: 'core-takes-pure-packages',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: 'node_modules/', pathNot: `node_modules/(${purePackages.join('|')})/` },
    },
    {
      name: 'no-tools-in-what-runs',
      severity: 'error',
      from: { path: '^(core|adapters|engine|functions)/' },
      to: { path: 'node_modules/(aws-cdk-lib|constructs|esbuild|tsx)/' },
    },
    {
      name: 'functions-stand-apart',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    {
      name: 'local-aws-declares-its-packages',
      severity: 'error',
      from: { path: '^local-aws/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'aws-in-adapters-only',
      severity: 'error',
      from: { path: '^(engine|functions)/' },
      to: { path: 'node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools)' },
    },
    {
      name: 'no-rooms-without-a-name',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(util|utils|helpers|common|shared|misc)/', pathNot: 'node_modules' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
