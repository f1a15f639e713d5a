import { describe, expect, it } from 'vitest';
import type { ChangeSetResource } from '../../../core/template/change-set.ts';
import { runtimeRemarks, runtimeWarnings } from '../../../core/template/runtimes.ts';

const now = '2026-11-27T10:00:00.000Z';

function runtimes(before: unknown, after: unknown, more: ChangeSetResource = {}): ChangeSetResource {
  const context = (Runtime: unknown) => (Runtime === undefined ? undefined : JSON.stringify({ Properties: { Runtime } })); // prettier-ignore
  const Action = before === undefined ? 'Add' : after === undefined ? 'Remove' : 'Modify';
  return {
    ...{ Action, LogicalResourceId: 'Receive', ResourceType: 'AWS::Lambda::Function', Replacement: 'False' },
    ...{ BeforeContext: context(before), AfterContext: context(after), ...more },
  };
}

describe('the runtime of a function that is changed', () => {
  it.each([
    ['made with a closed one', runtimes(undefined, 'nodejs16.x'), 'runtime-closed', /^Lambda makes no function with the runtime nodejs16\.x since 2026-06-01, as AWS announced: the change of Receive fails then/], // prettier-ignore
    ['changed on a closed one', runtimes('python3.9', 'python3.9'), 'runtime-closed', /^Lambda changes no function that has the runtime python3\.9 since 2026-07-01/], // prettier-ignore
    ['taken to a closed one', runtimes('nodejs24.x', 'nodejs16.x'), 'runtime-closed', /^Lambda changes no function/],
    ['replaced with a closed one', runtimes('nodejs16.x', 'nodejs16.x', { Replacement: 'True' }), 'runtime-closed', /^Lambda makes no function/], // prettier-ignore
    ['taken from a closed one', runtimes('nodejs18.x', 'nodejs24.x'), 'runtime-left', /^Receive leaves the runtime nodejs18\.x, to which Lambda lets no function return since 2026-07-01.* A rollback brings its users back by the alias, but cannot set the function back, and leaves the environment in quarantine\.$/], // prettier-ignore
  ])('is told where it is %s', (_, change, code, sentence) => {
    const warnings = runtimeWarnings(change, { guarded: true, now });
    expect(warnings).toMatchObject([{ code, logicalId: 'Receive' }]);
    expect(warnings[0]?.sentence).toMatch(sentence);
  });

  it.each([
    ['an open one', runtimes('nodejs22.x', 'nodejs24.x')],
    ['one that nobody knows', runtimes('nodejs16.x2', 'constructor')],
    ['a closed one of a function that goes', runtimes('nodejs16.x', undefined)],
    ['none, as of an image', runtimes('', {})],
    ['one of another type', runtimes(undefined, 'nodejs16.x', { ResourceType: 'AWS::Lambda::LayerVersion' })],
    ['one that closes next year', runtimes(undefined, 'nodejs22.x')],
  ])('is not told where it is %s', (_, change) => {
    expect(runtimeWarnings(change, { guarded: true, now })).toEqual([]);
  });

  it('closes on its day', () => {
    const closed = (at: string) => runtimeWarnings(runtimes('nodejs16.x', 'nodejs16.x'), { guarded: true, now: at });
    expect([closed('2026-06-30T23:59:59.999Z'), closed('2026-07-01T00:00:00.000Z')]).toMatchObject([[], [{}]]);
  });

  it('keeps those from coming back whom no alias brings back', () => {
    const [told] = runtimeWarnings(runtimes('nodejs18.x', 'nodejs24.x'), { guarded: false, now });
    expect(told?.sentence).toContain(' A rollback cannot set the function back');
  });
});

describe('what check says of runtimes', () => {
  it('is one sentence for each that is closed, with SAM’s Globals', () => {
    const sam = { Type: 'AWS::Serverless::Function', Properties: {} };
    const plain = (Runtime: unknown) => ({ Type: 'AWS::Lambda::Function', Properties: { Runtime } });
    const template = {
      Globals: { Function: { Runtime: 'nodejs16.x' } },
      Resources: {
        Receive: sam,
        Work: { ...sam, Properties: { Runtime: 'python3.10' } },
        Plain: plain('nodejs16.x'),
        Image: plain(undefined),
        Chosen: plain({ Ref: 'Runtime' }),
        Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Runtime: 'nodejs14.x' } },
        Good: plain('nodejs24.x'),
      },
    };
    expect(runtimeRemarks(template, now)).toEqual([
      'Receive and Plain: Lambda makes no function with the runtime nodejs16.x since 2026-06-01 and changes none that has it since 2026-07-01, as AWS announced. Choose a newer one: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html',
      expect.stringMatching(
        /^Work: Lambda makes no function with the runtime python3\.10 since 2026-07-31 and changes/,
      ),
    ]);
    expect(runtimeRemarks(template, '2026-08-01T00:00:00.000Z')[1]).toMatch(/^Work: .* since 2026-07-31, as AWS/);
    expect(runtimeRemarks(template, '2026-05-31T23:00:00.000Z')).toEqual([]);
  });
});
