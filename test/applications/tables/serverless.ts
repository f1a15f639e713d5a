import type { Application } from '../application.ts';

/** In the shape that `serverless package` writes of serverless/examples, by the framework's versions. */
export const serverless: readonly Application[] = [
  {
    ...{ name: 'todos-v1', kind: 'serverless' },
    features: ['version 1', 'REST API with CORS', 'log groups', 'named role', 'guard'],
    ways: [{ get: 'ServiceEndpoint', path: '/todos', answers: { todos: [] } }],
    manifest: { guard: ['ListLambdaFunction'] },
  },
  {
    ...{ name: 'quotes-v2', kind: 'serverless', quick: true },
    features: ['version 2', 'HTTP API by routes', 'packaged individually', 'guard'],
    ways: [
      { get: 'HttpApiUrl', path: '/quotes' },
      {
        get: 'HttpApiUrl',
        path: '/quotes',
        body: { quote: 'Haste makes waste.' },
        answers: { added: 'Haste makes waste.' },
      },
    ],
    manifest: { guard: ['RandomLambdaFunction', 'AddLambdaFunction'] },
  },
  {
    ...{ name: 'parcels-v3', kind: 'serverless' },
    features: ['version 3', 'subscription inside a topic', 'SQS', 'EventInvokeConfig of $LATEST', 'guard'],
    ways: [{ publish: 'SNSTopicParcels' }, { send: 'Deliveries' }],
    manifest: { guard: ['TrackLambdaFunction', 'DeliverLambdaFunction'] },
  },
  {
    ...{ name: 'status-v4', kind: 'serverless' },
    features: [
      'version 4',
      'function URL that gets a new address',
      'schedule rule',
      'shared deployment bucket',
      'guard',
    ],
    ways: [{ get: 'PageLambdaFunctionUrl', answers: { status: 'green' } }],
    manifest: { guard: ['PageLambdaFunction'], newUrls: ['PageLambdaFunctionUrl'] },
  },
  {
    ...{ name: 'loyalty-osls', kind: 'serverless' },
    features: ['osls', 'rule on the default bus by its name', 'table with a name', 'guard'],
    ways: [{ put: { source: 'app.checkout', detailType: 'CheckedOut' } }],
    manifest: { guard: ['AwardLambdaFunction'] },
  },
];
