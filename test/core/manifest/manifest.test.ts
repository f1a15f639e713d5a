import { describe, expect, it } from 'vitest';
import { manifestProblems, readManifest } from '../../../core/manifest/manifest.ts';
import { checkName } from '../../../core/checks/schema.ts';
import { manifest } from '../samples.ts';

const complete = {
  ...manifest,
  $schema: './release.schema.json',
  source: { ...manifest.source, repository: 'https://example.com/orders', committedAt: '2026-11-20T09:00:00Z' },
  parameters: { staging: { LogLevel: 'DEBUG' } },
  requires: [{ secret: 'orders/db' }, { parameter: '/orders/queue-url' }],
  rollout: { staging: 'AllAtOnce', production: 'Canary10Percent5Minutes' },
  alarms: ['ErrorAlarm'],
  checks: {
    smoke: [
      { invoke: 'OrdersFunction', payload: { ping: true }, expect: { json: { ok: true } } },
      { http: 'ApiUrl', path: '/health', expect: { status: 200 } },
    ],
    traffic: [
      {
        invoke: 'OrdersFunction',
        phases: [{ seconds: 30, perSecond: 5, rampTo: 20 }],
        ensure: { errorPercent: 1, p95Milliseconds: 300, minimumSamples: 100 },
      },
    ],
  },
  dataChanges: { reversible: false, recovery: 'https://example.com/runbook' },
};

/** Code and path of every problem. */
function complaints(document: unknown): string[] {
  return manifestProblems(document).map(({ code, path }) => `${code} ${path}`);
}

describe('a manifest', () => {
  it('is read as it is written', () => {
    expect(readManifest(complete)).toEqual({ manifest: complete });
    expect(complaints(complete)).toEqual([]);
  });

  it('tells everything that is wrong at once, each with its place', () => {
    const broken = {
      ...complete,
      service: 'Orders',
      version: 'v1',
      colour: 'red',
      source: { author: 7 },
      template: '../template.json',
      parameters: { staging: { SluiceAssetBucket: 'mine' }, 'staging/us-east-1': {} },
      requires: [{ secret: 'a', parameter: 'b' }],
      rollout: { production: 'Slowly', 'Not a name': 'AllAtOnce' },
      alarms: 'ErrorAlarm',
      checks: {
        smoke: [{ http: 'ApiUrl', path: 'health', method: 'BREW', expect: { stats: 200 } }, 'x'],
        traffic: [
          {
            invoke: 'F',
            phases: [
              { seconds: 400, perSecond: 1 },
              { seconds: 300, perSecond: 1 },
            ],
            ensure: { errorPercent: 101, minimumSamples: 1 },
            baseline: { confidence: 0.95 },
          },
          {
            http: 'Url',
            headers: { Host: 'elsewhere', 'x-ok': 'a\r\nb' },
            phases: [{ seconds: 1, perSecond: 1 }],
            ensure: { errorPercent: 1, minimumSamples: 1 },
          },
        ],
      },
      dataChanges: { reversible: false },
    };
    expect(complaints(broken).sort()).toEqual(
      [
        'manifest.wrong-format service',
        'manifest.wrong-format version',
        'manifest.unknown-field colour',
        'manifest.wrong-type source.author',
        'manifest.wrong-format template',
        'manifest.reserved-parameter parameters.staging',
        'manifest.wrong-format parameters.staging/us-east-1',
        'manifest.unknown-field requires[0].parameter',
        'manifest.wrong-format rollout.production',
        'manifest.wrong-format rollout.Not a name',
        'manifest.wrong-type alarms',
        'manifest.wrong-format checks.smoke[0].path',
        'manifest.wrong-value checks.smoke[0].method',
        'manifest.unknown-field checks.smoke[0].expect.stats',
        'manifest.wrong-type checks.smoke[1]',
        'manifest.traffic-too-long checks.traffic[0].phases',
        'manifest.out-of-range checks.traffic[0].ensure.errorPercent',
        'manifest.baseline-empty checks.traffic[0].baseline',
        'manifest.reserved-header checks.traffic[1].headers.Host',
        'manifest.wrong-format checks.traffic[1].headers.x-ok',
        'manifest.recovery-missing dataChanges',
      ].sort(),
    );
  });

  it('has its unsafe texts told together with everything else', () => {
    const source = { ...complete.source, author: 'Dana\nhttps://evil.example' };
    expect(complaints({ ...complete, source, service: 'Not\na name', colour: 'blue' }).sort()).toEqual([
      'manifest.unknown-field colour',
      'manifest.unsafe-character source.author',
      'manifest.wrong-format service',
    ]);
  });

  describe('with credentials in headers', () => {
    const http = (headers: object, more: object = {}) => ({ http: 'ApiUrl', headers, ...more });
    const load = { phases: [{ seconds: 1, perSecond: 1 }], ensure: { errorPercent: 1, minimumSamples: 1 } };
    const reference = { secret: 'sluice-orders-{environment}/smoke', key: 'token', scheme: 'Bearer' };
    const of = (checks: unknown) => complaints({ ...complete, checks });

    it('takes them by reference to a secret, and other headers as they are', () => {
      const arn = 'arn:aws:secretsmanager:us-east-1:222222222222:secret:orders/smoke-AbC123';
      const smoke = [http({ Authorization: reference, 'x-api-key': { secret: arn }, accept: '*/*' })];
      expect(of({ smoke, traffic: [http({ cookie: reference, 'x-shop': { secret: 'orders' } }, load)] })).toEqual([]);
    });

    it('refuses those that it gives as they are, and says how to refer to a secret', () => {
      const smoke = [http({ accept: '*/*', Authorization: 'Bearer MARKER' })];
      const checks = { smoke, traffic: [http({ 'X-Api-Key': '' }, load), { invoke: 'Orders', ...load }] };
      expect(of(checks)).toEqual([
        'manifest.header-secret checks.smoke[0].headers.Authorization',
        'manifest.header-secret checks.traffic[0].headers.X-Api-Key',
      ]);
      const [first] = manifestProblems({ ...complete, checks });
      expect(first?.message).toContain('{"secret": "orders/smoke", "key": "token"}');
      expect(JSON.stringify(manifestProblems({ ...complete, checks }))).not.toContain('MARKER');
      expect(readManifest({ ...complete, checks })).toMatchObject({ legible: { manifest: { checks }, leftOut: [] } });
    });

    it('refuses them together with whatever else is wrong', () => {
      expect(
        complaints({ ...complete, colour: 'blue', checks: { smoke: [http({ cookie: 'a=b' }), 1] } }).sort(),
      ).toEqual([
        'manifest.header-secret checks.smoke[0].headers.cookie',
        'manifest.unknown-field colour',
        'manifest.wrong-type checks.smoke[1]',
      ]);
      expect(of({ smoke: 'none' })).toEqual(['manifest.wrong-type checks.smoke']);
    });

    it('keeps no answer to a request with a secret', () => {
      const checks = { smoke: [http({ cookie: reference }, { keep: true }), http({ accept: '*/*' }, { keep: true })] };
      expect(of(checks)).toEqual(['manifest.keep-secret checks.smoke[0].keep']);
    });

    it('refuses a value that is neither', () => {
      for (const value of [{ key: 'token' }, 7, null])
        expect(of({ smoke: [http({ accept: value })] })).toEqual([
          'manifest.wrong-type checks.smoke[0].headers.accept',
        ]);
    });

    it.each([
      ['a name that no secret has', { secret: 'orders smoke' }, 'manifest.wrong-format', 'secret'],
      ['another placeholder', { secret: 'orders-{stage}' }, 'manifest.wrong-format', 'secret'],
      [
        'an ARN without its end',
        { secret: 'arn:aws:secretsmanager:us-east-1:222222222222:secret:x' },
        'manifest.wrong-format',
        'secret',
      ],
      [
        'the ARN of something else',
        { secret: 'arn:aws:ssm:us-east-1:222222222222:parameter/x' },
        'manifest.wrong-format',
        'secret',
      ],
      ['an unknown field', { secret: 'orders', version: '1' }, 'manifest.unknown-field', 'version'],
      ['an empty key', { secret: 'orders', key: '' }, 'manifest.out-of-range', 'key'],
      ['a value for a scheme', { secret: 'orders', scheme: 'Bearer abc' }, 'manifest.wrong-format', 'scheme'],
    ])('refuses %s', (_, value, code, field) => {
      expect(of({ smoke: [http({ cookie: value })] })).toEqual([`${code} checks.smoke[0].headers.cookie.${field}`]);
    });
  });

  it('takes as many checks as one invocation can carry, each needing all of its attempts', () => {
    const smoke = (count: number, more: object = {}) =>
      Array.from({ length: count }, () => ({ invoke: 'Orders', ...more }));
    const traffic = (...seconds: number[]) =>
      seconds.map((length) => ({
        ...{ invoke: 'Orders', phases: [{ seconds: length, perSecond: 1 }] },
        ensure: { errorPercent: 1, minimumSamples: 1 },
      }));
    const of = (checks: object) => complaints({ ...complete, checks });
    const once = { retry: { attempts: 1, withinSeconds: 300 }, timeoutSeconds: 16 };
    for (const checks of [
      { smoke: smoke(21) },
      { smoke: smoke(50, once) },
      { traffic: traffic(500, 340) },
      { smoke: smoke(6), traffic: traffic(600) },
      { smoke: smoke(2, { retry: { attempts: 20, withinSeconds: 300 }, timeoutSeconds: 60 }) },
    ])
      expect(of(checks)).toEqual([]);
    for (const checks of [
      { smoke: smoke(22) },
      { smoke: smoke(50, { ...once, timeoutSeconds: 17 }) },
      { traffic: traffic(500, 341) },
      { smoke: smoke(7), traffic: traffic(600) },
    ])
      expect(of(checks)).toEqual(['manifest.checks-too-long checks']);
  });

  it('can be read without the fields nobody knows when they are all that is wrong', () => {
    const source = { ...complete.source, colour: 'blue' };
    const reading = readManifest({ ...complete, source, shade: 1, colour: 'blue' });
    expect(reading).toMatchObject({ legible: { manifest: complete, leftOut: [] } });
    expect('problems' in reading && reading.problems.map(({ path }) => path)).toEqual([
      'source.colour',
      'shade',
      'colour',
    ]);
  });

  it('can be read without them wherever they are, and whatever else is called so', () => {
    const [ping, health] = complete.checks.smoke;
    const smoke = [{ ...ping, ping: true }, health];
    const requires = [{ secret: 'orders/db', colour: null }, ...complete.requires.slice(1)];
    const reading = readManifest({ ...complete, requires, checks: { ...complete.checks, smoke, ping: [1] }, ok: {} });
    expect(reading).toMatchObject({ legible: { manifest: complete, leftOut: [] } });
    expect('legible' in reading && reading.legible.manifest).toEqual(complete);
    expect('problems' in reading && reading.problems.map(({ path }) => path).sort()).toEqual([
      'checks.ping',
      'checks.smoke[0].ping',
      'ok',
      'requires[0].colour',
    ]);
  });

  it('holds no character that acts or hides, except in what is data', () => {
    const bad = 'a\n\u202eb';
    const smoke = [
      { invoke: 'F', name: bad, payload: { [bad]: bad }, expect: { json: bad } },
      { http: 'Url', path: `/\u200b`, body: bad },
    ];
    const requires = [{ secret: bad }, { parameter: bad }];
    const source = { author: bad, commit: bad, repository: bad };
    const parameters = { staging: { Certificate: '-----BEGIN\r\n\tx', Other: '\u202e' } };
    const document = { ...complete, source, requires, parameters, checks: { smoke } };
    expect(complaints(document).sort()).toEqual(
      [
        'source.author',
        'source.commit',
        'source.repository',
        'requires[0].secret',
        'requires[1].parameter',
        'parameters.staging.Other',
        'checks.smoke[0].name',
        'checks.smoke[1].path',
      ]
        .map((path) => `manifest.unsafe-character ${path}`)
        .sort(),
    );
    expect(readManifest(document)).toHaveProperty('legible');
    expect(complaints({ ...complete, dataChanges: { reversible: true, recovery: bad } })).toEqual([
      'manifest.unsafe-character dataChanges.recovery',
    ]);
  });

  it('says in a sentence what to do', () => {
    const sentences = manifestProblems({ version: '1', source: { author: 'a' }, template: 't.json', x: 1 });
    expect(sentences.map(({ message }) => message)).toEqual([
      '"service" is missing: add it (expected string).',
      '"x" is not a known field: remove it or correct its name.',
    ]);
    expect(manifestProblems('text').map(({ message }) => message)).toEqual(['The document must be of type object.']);
    expect(manifestProblems(undefined).map(({ code }) => code)).toEqual(['manifest.missing-field']);
  });
});

describe('a check', () => {
  it('is called by its name, or by what it reaches', () => {
    expect(checkName({ invoke: 'F', name: 'ping' })).toBe('ping');
    expect(checkName({ invoke: 'F' })).toBe('invoke F');
    expect(checkName({ http: 'Url' })).toBe('GET Url');
    expect(checkName({ http: 'Url', method: 'POST', path: '/x' })).toBe('POST Url/x');
    expect(checkName({ http: 'Url', path: '/v1/health?key=s3cr3t' })).toBe('GET Url/v1/health?…');
    expect(checkName({ http: 'Url', path: '/health?full=1', keep: true })).toBe('GET Url/health?full=1');
  });
});
