/** Which room may open which door (docs/architecture.md). Checked by test/architecture.test.ts. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-imports-core',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(functions|infra|cli|local|scripts|test)/' },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      from: { path: '^core/' },
      to: {
        path: 'node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools|hono)|^(fs|node:fs|http|node:http|https|node:https|child_process|node:child_process|timers|node:timers)',
      },
    },
    {
      name: 'functions-import-core',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(infra|cli|local|scripts|test)/' },
    },
    {
      name: 'aws-in-adapters-only',
      severity: 'error',
      from: { path: '^functions/', pathNot: '^functions/adapters/' },
      to: { path: 'node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools)' },
    },
    {
      name: 'infra-shares-names-and-schemas',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^(functions|cli|local|test)/' },
    },
    {
      name: 'cli-imports-core',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(functions|infra|local|test)/' },
    },
    {
      name: 'local-aws-knows-nothing-of-sluice',
      severity: 'error',
      from: { path: '^local/aws/' },
      to: { path: '^(core|functions|infra|cli|scripts|test)/|^local/(?!aws/)' },
    },
    {
      name: 'the-driver-stays-outside',
      severity: 'error',
      from: { path: '^local/(?!aws/)' },
      to: { path: '^(functions|infra)/' },
    },
    {
      name: 'nothing-deployed-imports-local',
      severity: 'error',
      from: { path: '^(core|functions|infra|cli)/' },
      to: { path: '^local/' },
    },
    {
      name: 'no-rooms-without-a-name',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(util|utils|helpers|common)/', pathNot: 'node_modules' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
