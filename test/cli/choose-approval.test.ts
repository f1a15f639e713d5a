import { describe, expect, it } from 'vitest';
import { chooseApproval, chooseToLookAt } from '../../cli/choose-approval.ts';
import type { ApprovalSummary } from '../../core/contract/api/approvals.ts';
import { sluiceFromSource } from './command.ts';
import { notThere, scriptEngine } from './scripted-engine.ts';

const at = '2026-11-20T10:00:00.000Z';
const approval = (id: string, more: Partial<ApprovalSummary> = {}): ApprovalSummary => ({
  ...{ approval: id, release: 'orders-1.0.0-a1', environment: 'production', kind: 'release', standing: 'open' },
  ...{ told: `Told of ${id}.`, requestedAt: at, deadline: at },
  ...more,
});
const [a, b] = [approval('a'), approval('b')];

describe("a decision without an approval's id", () => {
  it.each([
    ['the open one', [b, approval('a', { standing: 'approved' })], undefined, b],
    ['one whether to continue', [approval('c', { kind: 'continue', target: '1/r' })], undefined, { approval: 'c' }],
    ['the one of the named environment', [b, approval('e', { environment: 'eu' })], 'eu', { approval: 'e' }],
    [
      'one after a void one that another followed',
      [b, approval('d', { standing: 'approved' }), approval('a', { standing: 'void' })],
      undefined,
      b,
    ],
    [
      'one whether to continue, after a void one to release',
      [approval('c', { kind: 'continue' }), approval('a', { standing: 'void' })],
      undefined,
      { approval: 'c' },
    ],
    ['one after a void one elsewhere', [b, approval('e', { environment: 'eu', standing: 'void' })], undefined, b],
  ])('is on %s', (_, approvals, environment, chosen) => {
    expect(chooseApproval(approvals, environment)).toMatchObject({ kind: 'this', approval: chosen });
  });

  it('is not taken on one of several, nor after one that people may have looked at instead', () => {
    expect(chooseApproval([a, b], undefined)).toEqual({
      ...{ kind: 'named', sentence: 'Several decisions wait', approvals: [a, b] },
    });
    expect(chooseApproval([b, approval('a', { standing: 'void' })], undefined)).toEqual({
      kind: 'named',
      sentence: 'What would change in production is not what approval a was for, and approval was requested again',
      approvals: [b],
    });
  });

  it('is looked at whatever was decided before, but not where several wait', () => {
    expect(chooseToLookAt([b, approval('a', { standing: 'void' })], undefined)).toEqual({ kind: 'this', approval: b });
    expect(chooseToLookAt([a, b], undefined)).toMatchObject({ kind: 'named', approvals: [a, b] });
    expect(chooseToLookAt([approval('a', { standing: 'void' })], undefined)).toMatchObject({ kind: 'none' });
  });

  it('is told what became of the last where none waits', () => {
    const done = [approval('b', { standing: 'declined' }), approval('a', { standing: 'void' })];
    expect(chooseApproval(done, undefined)).toEqual({ kind: 'none', told: ' production: Told of b.' });
    expect(chooseApproval(done, 'eu')).toEqual({ kind: 'none', told: '' });
  });
});

describe('the commands', () => {
  const question = (id: string, standing: ApprovalSummary['standing']) => approval(id, { standing });
  const asked = async (...args: readonly string[]): Promise<[string, readonly string[]]> => {
    const approvals = [question('b', 'open'), question('a', 'void')];
    const list = '/v1/releases/orders-1.0.0-a1/approvals';
    const engine = await scriptEngine(({ path }) =>
      path === list ? { document: { release: 'orders-1.0.0-a1', approvals } } : notThere,
    );
    const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
    const environment = { ...credentials, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: engine.endpoint };
    const { stderr } = await sluiceFromSource(environment, ...args, 'orders-1.0.0-a1');
    engine.close();
    return [stderr, engine.asked.map(({ method, path }) => `${method} ${path.replace(list, '…')}`)];
  };

  it('show the question that waits, and decide on none after one about another change', async () => {
    const [[, looked], [refusal, decided]] = await Promise.all([asked('approval'), asked('approve')]);
    expect(looked.slice(0, 2)).toEqual(['GET …', 'GET …/b']);
    expect(decided).toEqual(['GET …']);
    expect(refusal).toContain('--approval');
  });
});
