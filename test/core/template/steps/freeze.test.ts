import { describe, expect, it } from 'vitest';
import { freezeParameters, parameterValues } from '../../../../core/template/steps/freeze.ts';
import type { Template } from '../../../../core/template/template.ts';

const stored = 'AWS::SSM::Parameter::Value<String>';
const template: Template = {
  Parameters: {
    Level: { Type: 'String' },
    Zones: { Type: 'CommaDelimitedList' },
    Ports: { Type: 'List<Number>' },
    Secret: { Type: 'String', NoEcho: true },
    Quoted: { Type: 'String', NoEcho: 'true' },
    Stored: { Type: stored },
    StoredList: { Type: 'AWS::SSM::Parameter::Value<List<String>>' },
    Unread: { Type: stored },
    Odd: 'no declaration',
  },
  Resources: {},
};
const given = {
  ...{ Level: 'one', Zones: 'a, b', Ports: '1,2', Secret: '****', Quoted: 'x' },
  ...{ Stored: '/name', StoredList: '/names', Unread: '/unread', Odd: '*****', Other: 'not declared' },
};

describe('values of parameters', () => {
  it('are what Ref gives; hidden ones, and what was not read from Parameter Store, are not known', () => {
    const values = parameterValues(template, given, { Stored: 'found', StoredList: 'c,d' });
    expect(Object.fromEntries(values)).toEqual({
      ...{ Level: 'one', Zones: ['a', 'b'], Ports: ['1', '2'], Stored: 'found', StoredList: ['c', 'd'] },
    });
    expect(parameterValues({ Resources: {} }, given)).toEqual(new Map());
  });

  it('take the place of references, but not of variables that hide them, nor of what is not known', () => {
    const values = parameterValues(template, { ...given, Level: '${one}' });
    const frozen = freezeParameters(
      {
        a: { Ref: 'Level' },
        b: [{ Ref: 'Zones' }, { Ref: 'Secret' }, { Ref: 'Table' }],
        c: { 'Fn::Sub': '${Level}-${ Level }-${Secret}-${Table.Arn}-${!Level}-${Zones}' },
        d: { 'Fn::Sub': ['${Level}-${Own}', { Level: { Ref: 'Level' }, Own: 1 }] },
        e: { 'Fn::Sub': { Ref: 'Level' } },
        f: { Ref: 'Level', More: 1 },
      },
      values,
    );
    expect(frozen).toEqual({
      a: '${one}',
      b: [['a', 'b'], { Ref: 'Secret' }, { Ref: 'Table' }],
      c: { 'Fn::Sub': '${!one}-${!one}-${Secret}-${Table.Arn}-${!Level}-${Zones}' },
      d: { 'Fn::Sub': ['${Level}-${Own}', { Level: '${one}', Own: 1 }] },
      e: { 'Fn::Sub': '${one}' },
      f: { Ref: 'Level', More: 1 },
    });
  });
});
