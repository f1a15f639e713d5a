import type { Application } from '../application.ts';

/** In the shape that `sam init` and aws-samples/serverless-patterns have. */
export const sam: readonly Application[] = [
  {
    ...{ name: 'hello-world', kind: 'sam', quick: true },
    features: ['as `sam init` makes it', 'implicit REST API', 'guard', 'ES module', 'logs in JSON'],
    ways: [{ get: 'HelloWorldApi', answers: { message: 'hello world' } }],
    manifest: { guard: ['HelloWorldFunction'] },
  },
  {
    ...{ name: 'shop', kind: 'sam' },
    features: [
      'Globals',
      'implicit HTTP API',
      'policy templates',
      'AutoPublishAlias',
      'DeploymentPreference',
      'SimpleTable',
    ],
    ways: [
      { get: 'ShopUrl', path: '/products', answers: { products: [], stage: 'dev' } },
      { get: 'ShopUrl', path: '/orders', body: { sku: 'tea' }, answers: { placed: 'tea' } },
    ],
    manifest: { alarms: ['OrdersErrors'] },
  },
  {
    ...{ name: 'queue-worker', kind: 'sam' },
    features: ['SQS event', 'dead-letter queue', 'partial batches', 'guard'],
    ways: [{ send: 'Jobs' }],
    manifest: { guard: ['Worker'] },
  },
  {
    ...{ name: 'thumbnails', kind: 'sam' },
    features: ['S3 event', 'AutoPublishAlias', 'named bucket', 'nodejs20.x'],
    ways: [{ upload: 'Uploads', prefix: 'in/' }],
  },
  {
    ...{ name: 'audit', kind: 'sam' },
    features: ['DynamoDB stream', 'code folder by Globals', 'condition', 'guard'],
    ways: [{ write: 'Accounts', key: 'id' }],
    manifest: { guard: ['Audit'] },
  },
  {
    ...{ name: 'order-workflow', kind: 'sam' },
    features: ['state machine by DefinitionUri', 'JSONPath', 'unnamed state machine', 'nested code folders', 'guard'],
    ways: [{ start: 'OrderStateMachine' }],
    manifest: { guard: ['ReserveFunction', 'ChargeFunction'] },
  },
  {
    ...{ name: 'nightly-report', kind: 'sam' },
    features: ['Python', 'Schedule', 'ScheduleV2', 'bucket'],
    python: true,
    ways: [{ invoke: 'ReportAliaslive', answers: { totals: 7, bucket: true } }],
  },
  {
    ...{ name: 'typescript-api', kind: 'sam' },
    features: ['TypeScript built by esbuild', '.aws-sam/build', 'REST API of its own', 'CORS', 'AutoPublishAlias'],
    ways: [{ get: 'ApiUrl', path: '/a/b', answers: { path: '/a/b' } }],
  },
  {
    ...{ name: 'layered', kind: 'sam' },
    features: ['layer', 'function URL of an alias', 'guard'],
    ways: [
      { invoke: 'SpeakAliaslive', answers: { said: 'HELLO!' } },
      { get: 'WhisperUrl', answers: { said: 'hello!' } },
    ],
    manifest: { guard: ['Speak'] },
  },
  {
    ...{ name: 'notices', kind: 'sam', quick: true },
    features: ['EventBridge rule on a bus of its own', 'SNS event', 'EventInvokeConfig', 'dead-letter queues'],
    ways: [{ put: { bus: 'Bus', source: 'shop', detailType: 'OrderPlaced' } }, { publish: 'Topic' }],
  },
  {
    ...{ name: 'tickets', kind: 'sam' },
    features: ['HTTP API with a function and an issuer of tokens as authorizers', 'guard'],
    ways: [
      { get: 'TicketsUrl', path: '/tickets', headers: { authorization: 'Bearer sesame' }, answers: { who: 'ada' } },
      { get: 'TicketsUrl', path: '/door', headers: { authorization: 'Bearer sesame' }, answers: { who: 'ada' } },
      { get: 'TicketsUrl', path: '/health', answers: { who: 'anybody' } },
    ],
    manifest: { guard: ['DoorFunction', 'TicketsFunction'] },
  },
  {
    ...{ name: 'express', kind: 'sam' },
    features: [
      'Express state machine, waited for by an HTTP API and started by events',
      'logs of a state machine',
      'guard',
    ],
    ways: [
      { get: 'QuoteUrl', path: '/quotes', body: { sku: 'tea' }, answers: { status: 'SUCCEEDED' } },
      { put: { bus: 'Bus', source: 'shop', detailType: 'QuoteAsked' } },
    ],
    manifest: { guard: ['QuoteFunction'] },
  },
];
