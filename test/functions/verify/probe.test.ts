import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../core/release/plan.ts';
import { makePlan } from '../../../core/release/make-plan.ts';
import type { Http } from '../../../adapters/http/http.ts';
import { smoke } from '../../../functions/verify/checks.ts';
import { probeOf } from '../../../functions/verify/probe.ts';
import type { VerificationContext } from '../../../functions/verify/verification-context.ts';
import { digest, manifest, release, samplePolicy } from '../../core/samples.ts';
import { runSyntheticTraffic } from '../../../functions/verify/synthetic-traffic.ts';
import { FakeClock } from '../fakes/clock.ts';
import { FakeTarget } from '../fakes/target.ts';

function plan(): Plan {
  const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
  const made = makePlan({ release, artifact, manifest, policy: samplePolicy() });
  if ('problems' in made) throw new Error('no plan');
  return made.plan;
}

const functionName = 'sluice-orders-production-Orders';

function contextOf(asked: unknown[], target = new FakeTarget()): VerificationContext {
  const ask: Http['ask'] = (question) => {
    asked.push(question);
    return Promise.resolve({ status: 200, headers: {}, body: '{}' });
  };
  const invoke: VerificationContext['target']['functions']['invoke'] = (invocation) => {
    asked.push(invocation);
    return Promise.resolve({ payload: '{}', version: invocation.qualifier ?? '$LATEST' });
  };
  const place = { environment: 'production', account: '333333333333', region: 'us-east-1' };
  return {
    plan: plan(),
    item: {
      release,
      ...place,
      stackName: 'sluice-orders-production',
      outputs: { ApiUrl: 'https://api.example.com/', Site: 'https://www.example.com/x', Table: 'orders' },
      moves: [{ alias: 'Live', functionName, aliasName: 'live', version: '1', from: '1', to: '2' }],
    },
    target: {
      stacks: target.stacks,
      alarms: target.alarms,
      secrets: target.secrets,
      functions: { ...target.functions, invoke },
    },
    http: { ask },
    physicalId: () => Promise.resolve(functionName),
  };
}

describe('a request of a check', () => {
  it.each([
    ['version', '2'],
    ['previous', '1'],
    ['alias', 'live'],
  ] as const)('reaches a function by %s, and says that it is synthetic', async (by, qualifier) => {
    const asked: unknown[] = [];
    await (
      await probeOf(contextOf(asked), { invoke: 'Orders' }, by)
    )();
    const clientContext = { custom: { sluice: { synthetic: true, release } } };
    expect(asked).toMatchObject([{ functionName, qualifier, clientContext }]);
  });

  it('says so by HTTP, too, whatever the check sets, and may be redirected to the stack’s own hosts', async () => {
    const asked: unknown[] = [];
    const check = { http: 'ApiUrl', path: '/health', headers: { accept: 'text/plain' } };
    await (
      await probeOf(contextOf(asked), check, 'alias')
    )();
    expect(asked).toMatchObject([
      {
        url: 'https://api.example.com/health',
        headers: { accept: 'text/plain', 'x-sluice-synthetic': release },
        hosts: ['api.example.com', 'www.example.com'],
      },
    ]);
  });
});

describe('a header whose value lies in a secret', () => {
  const id = 'sluice-orders-production/smoke';
  const reference = { secret: 'sluice-orders-{environment}/smoke', key: 'token', scheme: 'Bearer' };
  const check = { http: 'ApiUrl', headers: { accept: '*/*', Authorization: reference } };
  const traffic = {
    ...check,
    phases: [{ seconds: 1, perSecond: 3 }],
    ensure: { errorPercent: 0, minimumSamples: 1 },
  };
  const holding = (target: FakeTarget, token: string): void =>
    void target.secretReadings.set(id, { kind: 'text', text: JSON.stringify({ token }) });
  const clock = new FakeClock();

  it('is read by the environment’s name, and again for each attempt at a smoke check', async () => {
    const [asked, target]: [unknown[], FakeTarget] = [[], new FakeTarget()];
    holding(target, 'before');
    const probe = await probeOf(contextOf(asked, target), check, 'alias');
    await probe();
    holding(target, 'rotated');
    await probe();
    expect(asked).toMatchObject([
      { headers: { accept: '*/*', Authorization: 'Bearer before' } },
      { headers: { accept: '*/*', Authorization: 'Bearer rotated' } },
    ]);
  });

  it('is read once for traffic, and again for the next', async () => {
    const [asked, target]: [unknown[], FakeTarget] = [[], new FakeTarget()];
    let reads = 0;
    const context = contextOf(asked, target);
    const counting = { read: (name: string) => ((reads += 1), target.secrets.read(name)) };
    const verification = { ...context, target: { ...context.target, secrets: counting } };
    for (const token of ['before', 'rotated']) {
      holding(target, token);
      const [verdict] = await runSyntheticTraffic(verification, [traffic], 'alias', clock.invocationOf('verify'));
      expect(verdict).toMatchObject({ verdict: 'passed' });
    }
    expect(reads).toBe(2);
    const sent = ['before', 'rotated'].flatMap((token) => [1, 2, 3].map(() => `Bearer ${token}`));
    expect(asked).toMatchObject(sent.map((Authorization) => ({ headers: { Authorization } })));
  });

  it('fails a smoke check where there is none, which asks nobody', async () => {
    const asked: unknown[] = [];
    const verdict = await smoke(await probeOf(contextOf(asked), check, 'alias'), check, {
      pause: () => Promise.resolve(),
    });
    expect(verdict).toMatchObject({
      verdict: 'failed',
      sentence: `no value for the header Authorization: the secret "${id}" does not exist there: make it, or correct its name in the manifest (attempt 3).`,
    });
    expect(asked).toEqual([]);
  });

  it('fails traffic likewise, and says why', async () => {
    const [asked, target]: [unknown[], FakeTarget] = [[], new FakeTarget()];
    target.secretReadings.set(id, { kind: 'binary' });
    const invocation = clock.invocationOf('verify');
    const [verdict] = await runSyntheticTraffic(contextOf(asked, target), [traffic], 'alias', invocation);
    expect(verdict).toMatchObject({
      verdict: 'failed',
      sentence: `100% errors (3 of 3: 3 secret not readable), allowed 0%; no value for the header Authorization: the secret "${id}" is binary, and a header takes text: keep it as a text (SecretString).`,
    });
    expect(asked).toEqual([]);
  });
});

describe('a smoke check', () => {
  it('is asked again until it is good', async () => {
    const pauses: number[] = [];
    let count = 0;
    const probe = () => Promise.resolve({ kind: 'http' as const, status: (count += 1) < 3 ? 503 : 200, body: '' });
    const pause = (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds));
    const check = { http: 'ApiUrl', retry: { attempts: 5, withinSeconds: 60 } };
    expect(await smoke(probe, check, { pause })).toMatchObject({ verdict: 'passed', measured: { attempts: 3 } });
    expect(pauses).toEqual([1000, 2000]);
    count = -10;
    expect(await smoke(probe, { http: 'ApiUrl' }, { pause })).toMatchObject({
      verdict: 'failed',
      sentence: 'expected status 200, got 503 (attempt 3).',
    });
  });
});
