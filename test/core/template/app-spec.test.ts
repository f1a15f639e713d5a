import { expect, it } from 'vitest';
import { buildAppSpec } from '../../../core/template/app-spec.ts';

const move = { functionName: 'orders', aliasName: 'live', from: '1', to: '2' };

it('an AppSpec names function, alias and both versions', () => {
  expect(JSON.parse(buildAppSpec(move))).toEqual({
    version: 0,
    Resources: [
      {
        Function: {
          Type: 'AWS::Lambda::Function',
          Properties: { Name: 'orders', Alias: 'live', CurrentVersion: '1', TargetVersion: '2' },
        },
      },
    ],
  });
});

it('an AppSpec carries the hooks that the template names, in their order', () => {
  expect(JSON.parse(buildAppSpec({ ...move, beforeHook: 'before', afterHook: 'after' }))).toMatchObject({
    Hooks: [{ BeforeAllowTraffic: 'before' }, { AfterAllowTraffic: 'after' }],
  });
});
