import type { Application } from '../application.ts';

/** In the shape that aws-samples/aws-cdk-examples have. The CDK ends the logical ids of what it makes with eight digits. */
export const cdk: readonly Application[] = [
  {
    ...{ name: 'orders', kind: 'cdk', quick: true },
    features: ['HTTP API by routes', 'Alias', 'LambdaDeploymentGroup with an alarm', 'table'],
    ways: [{ get: 'Url', path: '/orders', body: {}, answers: { received: true } }],
  },
  {
    ...{ name: 'pets', kind: 'cdk' },
    features: ['REST API by methods', 'log groups', 'guard'],
    ways: [
      { get: 'ApiEndpoint', path: '/pets', answers: { pets: ['rex'] } },
      { get: 'ApiEndpoint', path: '/pets/rex', answers: { pet: 'rex' } },
    ],
    manifest: { guard: ['List125D1B59', 'ShowDBB95AB7'] },
  },
  {
    ...{ name: 'mails', kind: 'cdk' },
    features: ['SqsEventSource', 'dead-letter queue', 'guard'],
    ways: [{ send: 'Mails' }],
    manifest: { guard: ['Send46722DF3'] },
  },
  {
    ...{ name: 'search-index', kind: 'cdk' },
    features: ['DynamoEventSource of an alias'],
    ways: [{ write: 'Documents', key: 'id' }],
  },
  {
    ...{ name: 'news', kind: 'cdk' },
    features: ['LambdaSubscription', 'SqsSubscription', 'ES module', 'guard'],
    ways: [{ publish: 'News' }],
    manifest: { guard: ['PrintA43934E9'] },
  },
  {
    ...{ name: 'shipments', kind: 'cdk' },
    features: ['rule on a bus of its own', 'schedule rule', 'dead-letter queue', 'one function without an alias'],
    ways: [{ put: { bus: 'Bus', source: 'shop', detailType: 'Paid' } }, { invoke: 'Count', atOnce: true }],
  },
  {
    ...{ name: 'loans', kind: 'cdk' },
    features: ['state machine in JSONPath', 'unnamed state machine', 'guard'],
    ways: [{ start: 'Machine' }],
    manifest: { guard: ['Assess6311FDFB'] },
  },
  {
    ...{ name: 'archive', kind: 'cdk' },
    features: ['custom resource', 'Provider with isComplete', 'AwsCustomResource', 'LogRetention', 'autoDeleteObjects'],
    ways: [{ invoke: 'StoreAliaslive', answers: { color: 'green', pages: '12', shelf: 'upper' } }],
  },
  {
    ...{ name: 'scans', kind: 'cdk' },
    features: ['bucket notifications by a custom resource in Python', 'Python'],
    python: true,
    ways: [{ upload: 'Uploads', prefix: 'in/' }],
  },
  {
    ...{ name: 'members', kind: 'cdk' },
    features: ['user pool', 'VPC', 'layer', 'TypeScript built by esbuild'],
    ways: [{ invoke: 'GreetAliaslive', answers: { hello: 'welcome', pool: true } }],
  },
  {
    ...{ name: 'gates', kind: 'cdk' },
    features: ['TokenAuthorizer', 'HttpLambdaAuthorizer', 'HttpJwtAuthorizer', 'guard'],
    ways: [
      { get: 'RestEndpoint', path: '/hello', headers: { authorization: 'sesame' }, answers: { who: 'ada' } },
      { get: 'HttpUrl', path: '/hello', headers: { authorization: 'sesame' }, answers: { who: 'ada' } },
    ],
    manifest: { guard: ['Door509367B8', 'Hello4A628BD4'] },
  },
  {
    ...{ name: 'quotes', kind: 'cdk' },
    features: ['Express state machine as a REST API', 'mapping templates', 'guard'],
    ways: [
      { get: 'ApiEndpoint', body: { item: 'tea' }, answers: { item: 'tea', price: 12 } },
      { get: 'ApiEndpoint', path: '?item=tea', answers: { item: 'tea', price: 12 } },
    ],
    manifest: { guard: ['QuoteE2906A56'] },
  },
];
