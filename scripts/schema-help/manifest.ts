import type { SchemaHelp } from './help.ts';

const SEVERAL = 'checks.{smoke,traffic}[]';

/** What an editor says of each field of a manifest. `{a,b}` stands for each of them. */
export const manifestHelp: SchemaHelp = {
  $schema: ['where an editor finds this schema; the engine does not read it', './release.schema.json'],
  service: [
    'what is released: 1–30 lower-case letters and digits, words joined by "-"; an entry of the policy speaks of it',
    'orders',
  ],
  version: ['of the artifact, never used again for other bytes; begins with a digit', '1.4.2'],
  source: [
    'where the artifact was built from; what is left out, "sluice pack" takes from git',
    { author: 'Ada <ada@example.com>', commit: '6f1ed002ab5595859014ebf0951522d9' },
  ],
  'source.repository': [
    'address of the repository; people are shown a link between two of its commits',
    'https://github.com/acme/orders.git',
  ],
  'source.commit': [
    'the commit that was built; left out, the one that is there when it is packed',
    '6f1ed002ab5595859014ebf0951522d9',
  ],
  'source.author': [
    'who made it, with an e-mail address: the author may not approve it, unless the policy allows it, and without an address every approver could be the author',
    'Ada <ada@example.com>',
  ],
  'source.committedAt': ['when it was committed', '2026-11-20T09:00:00Z'],
  template: ['the CloudFormation or SAM template: a .json or .yaml file beside release.json', 'template.yaml'],
  parameters: [
    'values for parameters of the template, by environment, or by environment/account/region where targets differ: the more exact counts; a parameter that is given none has its default, or keeps its value',
    { production: { LogLevel: 'INFO' }, 'production/333333333333/eu-central-1': { Domain: 'eu.example.com' } },
  ],
  'parameters.*': ['values in this environment, or in this target of one', { LogLevel: 'INFO' }],
  'parameters.*.*': [
    'the value; of a secret (NoEcho) a dynamic reference, because plain text would be readable in manifest, plan and ledger',
    'INFO',
  ],
  requires: [
    'what has to be in a target before anything is changed there',
    [{ secret: 'orders/database' }, { parameter: '/orders/queue-url' }],
  ],
  'requires[].secret': ['name of a secret of Secrets Manager', 'orders/database'],
  'requires[].parameter': ['name of a parameter of the Parameter Store', '/orders/queue-url'],
  rollout: [
    'how traffic moves to the new version, by environment; the stricter of this and the policy counts',
    { staging: 'AllAtOnce', production: 'Canary10Percent5Minutes' },
  ],
  'rollout.*': ['a rollout by CodeDeploy’s name for it; AllAtOnce unless said', 'Canary10Percent5Minutes'],
  alarms: [
    'logical ids of alarms of the template: one that fires rolls the release back',
    ['ErrorAlarm', 'LatencyAlarm'],
  ],
  guard: [
    'functions that get a version, an alias "live" and an error alarm, and to whose alias every way in is led, so that they move by rollout',
    ['Receive', 'Worker'],
  ],
  newUrls: [
    'function URLs of guarded functions, which get another address as they are led to the alias',
    ['ReceiveUrl'],
  ],
  checks: [
    'what is asked of the new version before users come to it, and after',
    { smoke: [{ http: 'ApiUrl', path: '/health' }] },
  ],
  'checks.smoke': [
    'requests and invocations, each of which has to be answered as expected',
    [
      { http: 'ApiUrl', path: '/health' },
      { invoke: 'OrdersFunction', payload: { ping: true }, expect: { json: { ok: true } } },
    ],
  ],
  'checks.traffic': [
    'synthetic traffic: many requests, whose errors and latencies are judged; before users come, and while they move',
    [
      {
        invoke: 'OrdersFunction',
        phases: [{ seconds: 30, perSecond: 5 }],
        ensure: { errorPercent: 1, minimumSamples: 100 },
      },
    ],
  ],
  [`${SEVERAL}.name`]: ['what people read of it; what it calls unless said', 'orders can be read'],
  [`${SEVERAL}.keep`]: [
    'the path and what is answered are kept and shown as they are; unless said only their shape, because they may hold secrets',
    true,
  ],
  [`${SEVERAL}.invoke`]: ['logical id of a function of the template, which is invoked', 'OrdersFunction'],
  [`${SEVERAL}.payload`]: ['what it is invoked with', { orderId: 'synthetic' }],
  [`${SEVERAL}.http`]: ['name of an output of the template that holds a URL', 'ApiUrl'],
  [`${SEVERAL}.path`]: ['appended to the URL', '/health'],
  [`${SEVERAL}.method`]: ['GET unless said', 'POST'],
  [`${SEVERAL}.headers`]: [
    'headers of the request; a credential lies in a secret, to which the value refers',
    { accept: 'application/json', authorization: { secret: 'orders/{environment}/api', scheme: 'Bearer' } },
  ],
  [`${SEVERAL}.headers.*`]: ['the header’s value, or the secret that holds it', { secret: 'orders/{environment}/api' }],
  [`${SEVERAL}.headers.*.secret`]: [
    'name of a secret in the target’s account and region, {environment} in it for the environment’s name; or its ARN',
    'orders/{environment}/api',
  ],
  [`${SEVERAL}.headers.*.key`]: ['member of the secret’s JSON object; its whole text unless said', 'token'],
  [`${SEVERAL}.headers.*.scheme`]: ['stands before the value, with a space', 'Bearer'],
  [`${SEVERAL}.body`]: ['sent as JSON', { orderId: 'synthetic' }],
  'checks.smoke[].timeoutSeconds': ['how long an answer is waited for: 10 unless said', 5],
  'checks.smoke[].expect': ['what makes the answer right', { json: { ok: true } }],
  'checks.smoke[].expect.json': ['what the answer has to contain; it may have more', { ok: true }],
  'checks.smoke[].expect.status': ['status of the response: 200 unless said', 204],
  'checks.smoke[].expect.withinMilliseconds': ['the longest that the answer may take', 800],
  'checks.smoke[].retry': [
    'when it is tried again, since what is new may need a moment: 3 attempts within 30 seconds unless said',
    { attempts: 5, withinSeconds: 60 },
  ],
  'checks.smoke[].retry.attempts': ['most attempts, the first among them', 5],
  'checks.smoke[].retry.withinSeconds': ['no further attempt begins later than this after the first', 60],
  'checks.traffic[].phases': [
    'what is sent, one phase after another: 600 seconds at most',
    [{ seconds: 30, perSecond: 5, rampTo: 20 }],
  ],
  'checks.traffic[].phases[].seconds': ['how long it lasts', 30],
  'checks.traffic[].phases[].perSecond': ['requests a second, at its beginning', 5],
  'checks.traffic[].phases[].rampTo': ['requests a second at its end; unless said, as at its beginning', 20],
  'checks.traffic[].ensure': [
    'what has to hold of all requests together',
    { errorPercent: 1, p95Milliseconds: 300, minimumSamples: 100 },
  ],
  'checks.traffic[].ensure.errorPercent': ['most errors, in percent of the requests', 1],
  'checks.traffic[].ensure.p50Milliseconds': ['the slowest that half of the requests may be', 100],
  'checks.traffic[].ensure.p90Milliseconds': ['the slowest that 90 of a hundred may be', 200],
  'checks.traffic[].ensure.p95Milliseconds': ['the slowest that 95 of a hundred may be', 300],
  'checks.traffic[].ensure.p99Milliseconds': ['the slowest that 99 of a hundred may be', 800],
  'checks.traffic[].ensure.minimumSamples': ['fewer requests prove nothing: the check is inconclusive', 100],
  'checks.traffic[].baseline': [
    'the new version is compared with the one that it replaces, while users move',
    { errorPoints: 1, latencyPercent: 20 },
  ],
  'checks.traffic[].baseline.errorPoints': ['smallest difference in errors that counts, in percentage points', 1],
  'checks.traffic[].baseline.latencyPercent': [
    'smallest slowdown that counts, in percent of the old version’s latency',
    20,
  ],
  'checks.traffic[].baseline.confidence': ['how sure a verdict has to be: 0.95 unless said', 0.99],
  dataChanges: [
    'what the new version does to data that the old one reads',
    { reversible: false, recovery: 'UndoMigration' },
  ],
  'dataChanges.reversible': ['whether the old version can live with what the new one did', false],
  'dataChanges.recovery': [
    'what undoes it: the logical id of a function of the template, which a rollback calls, or a link (or sentence) that people are shown',
    'UndoMigration',
  ],
};
