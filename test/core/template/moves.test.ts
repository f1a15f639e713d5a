import { describe, expect, it } from 'vitest';
import { buildAppSpec } from '../../../core/template/app-spec.ts';
import { expectedServing, guardsOf, movesOf } from '../../../core/template/moves.ts';
import type { Template } from '../../../core/template/template.ts';

const template: Template = {
  Resources: {
    Orders: { Type: 'AWS::Lambda::Function' },
    OrdersVersion: { Type: 'AWS::Lambda::Version' },
    Live: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName: { Ref: 'Orders' }, FunctionVersion: { 'Fn::GetAtt': ['OrdersVersion', 'Version'] } },
    },
    Fixed: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Orders' }, FunctionVersion: 3 } },
    Odd: { Type: 'AWS::Lambda::Alias', Properties: { FunctionVersion: { Ref: 'Parameter' } } },
  },
};
const arn = 'arn:aws:lambda:us-east-1:333333333333:function:orders';
const ids = new Map([
  ['Live', `${arn}:live`],
  ['Fixed', `${arn}:fixed`],
  ['Odd', `${arn}:odd`],
  ['OrdersVersion', `${arn}:8`],
]);
const live = (alias: string, version?: string) => ({
  alias,
  functionName: 'orders',
  aliasName: alias,
  ...(version === undefined ? {} : { version }),
});

describe('the moves of a release', () => {
  it('are known once the stack has published', () => {
    const guards = guardsOf(template);
    expect(guards).toEqual([
      { alias: 'Live', version: 'OrdersVersion' },
      { alias: 'Fixed', number: '3' },
      { alias: 'Odd' },
    ]);
    expect(movesOf(guards, ids, [live('Live', '7'), live('Fixed', '3')])).toEqual([
      { alias: 'Live', functionName: 'orders', aliasName: 'live', from: '7', to: '8' },
    ]);
    expect(movesOf(guards, ids, [live('Live')])).toEqual([
      { alias: 'Live', functionName: 'orders', aliasName: 'live', to: '8' },
      { alias: 'Fixed', functionName: 'orders', aliasName: 'fixed', to: '3' },
    ]);
    expect(movesOf(guards, new Map(), [])).toEqual([]);
    expect(movesOf(guards, new Map([['Live', `${arn}:live`]]), [])).toEqual([]);
    expect(
      movesOf(
        [{ alias: 'Live', version: 'V' }],
        new Map([
          ['Live', 'not an arn'],
          ['V', 'x'],
        ]),
        [],
      ),
    ).toEqual([]);
  });
});

describe('an AppSpec', () => {
  it('names function, alias, versions and hooks', () => {
    const move = { functionName: 'orders', aliasName: 'live', from: '7', to: '8' };
    expect(JSON.parse(buildAppSpec(move))).toEqual({
      version: 0,
      Resources: [
        {
          Function: {
            Type: 'AWS::Lambda::Function',
            Properties: { Name: 'orders', Alias: 'live', CurrentVersion: '7', TargetVersion: '8' },
          },
        },
      ],
    });
    expect(JSON.parse(buildAppSpec({ ...move, beforeHook: 'a', afterHook: 'b' }))).toMatchObject({
      Hooks: [{ BeforeAllowTraffic: 'a' }, { AfterAllowTraffic: 'b' }],
    });
  });

  it('follow a version that is given by a parameter', () => {
    const Resources = {
      Live: { Type: 'AWS::Lambda::Alias', Properties: { Name: 'live', FunctionVersion: { Ref: 'Serves' } } },
    };
    const given = guardsOf({ Resources }, new Map([['Serves', '8']]));
    expect(given).toEqual([{ alias: 'Live', number: '8' }]);
    expect(movesOf(given, ids, [live('Live', '7')])).toMatchObject([{ alias: 'Live', from: '7', to: '8' }]);
  });
});

describe('what an alias is going to serve', () => {
  const guards = [
    { alias: 'Live', version: 'OrdersVersion' },
    { alias: 'Fixed', number: '3' },
  ];
  const moves = [{ ...live('Live'), from: '7', to: '8' }];

  it('is the version it moves to, or the one it stays on', () => {
    expect(expectedServing(guards, moves, [live('Live', '7')])).toEqual([
      { functionName: 'orders', aliasName: 'Live', version: '8' },
    ]);
    expect(expectedServing(guards, [], [live('Live', '7')])).toEqual([
      { functionName: 'orders', aliasName: 'Live', version: '7' },
    ]);
  });

  it('is not expected where it is not known, or where the aliases of a function are meant to differ', () => {
    expect(expectedServing(guards, [], [])).toEqual([]);
    expect(expectedServing(guards, [], [live('Live')])).toEqual([]);
    const both = [...guards, { alias: 'Beta', version: 'BetaVersion' }];
    expect(expectedServing(both, moves, [live('Beta', '2')])).toEqual([]);
    const same = [...guards, { alias: 'Beta', version: 'OrdersVersion' }];
    expect(expectedServing(same, moves, [live('Beta', '8')])).toHaveLength(2);
  });
});
