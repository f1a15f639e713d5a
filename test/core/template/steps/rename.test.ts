import { describe, expect, it } from 'vitest';
import { originOf, renameBack, renameResources } from '../../../../core/template/steps/rename.ts';
import type { Template } from '../../../../core/template/template.ts';

const ids = new Map([['Table', 'TableSluice2']]);
const of = (Properties: Record<string, unknown>, more: object = {}): Template => ({
  Resources: { User: { Type: 'X', Properties, ...more } },
});

describe('a resource that gets another logical id', () => {
  it.each([
    ['Ref', { Ref: 'Table' }, { Ref: 'TableSluice2' }],
    ['Ref to another', { Ref: 'Queue' }, { Ref: 'Queue' }],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Table', 'Arn'] }, { 'Fn::GetAtt': ['TableSluice2', 'Arn'] }],
    [
      'Fn::GetAtt by a reference',
      { 'Fn::GetAtt': ['Table', { Ref: 'Table' }] },
      { 'Fn::GetAtt': ['TableSluice2', { Ref: 'TableSluice2' }] },
    ],
    ['Fn::GetAtt of YAML', { 'Fn::GetAtt': 'Table.Arn' }, { 'Fn::GetAtt': 'TableSluice2.Arn' }],
    ['Fn::GetAtt that is none', { 'Fn::GetAtt': { Ref: 'Table' } }, { 'Fn::GetAtt': { Ref: 'TableSluice2' } }],
    ['Fn::Sub', { 'Fn::Sub': '${Table}/${ Table.Arn }/${!Table}' }, '${TableSluice2}/${ TableSluice2.Arn }/${!Table}'],
    [
      'Fn::Sub with variables',
      { 'Fn::Sub': ['${Table}/${Name}', { Name: { Ref: 'Table' } }] },
      ['${TableSluice2}/${Name}', { Name: { Ref: 'TableSluice2' } }],
    ],
    ['Fn::Sub with a variable of that name', { 'Fn::Sub': ['${Table}', { Table: 'x' }] }, ['${Table}', { Table: 'x' }]],
    ['Fn::Sub that is none', { 'Fn::Sub': { Ref: 'Table' } }, { Ref: 'TableSluice2' }],
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-containerdependency.html
    [
      'DependsOn of a property',
      { DependsOn: [{ ContainerName: { Ref: 'Table' } }] },
      { DependsOn: [{ ContainerName: { Ref: 'TableSluice2' } }] },
    ],
  ])('is called so wherever it is referred to: %s', (_, value, renamed) => {
    const expected = 'Fn::Sub' in value ? { 'Fn::Sub': renamed } : renamed;
    expect(renameResources(of({ Value: value }), ids)).toEqual(of({ Value: expected }));
    expect(renameBack(of({ Value: expected }), ids)).toEqual(of({ Value: value }));
  });

  it.each([
    ['Table', 'TableSluice2'],
    [
      ['Queue', 'Table'],
      ['Queue', 'TableSluice2'],
    ],
  ])('is waited for by that name: %j', (DependsOn, renamed) => {
    expect(renameResources(of({}, { DependsOn }), ids)).toEqual(of({}, { DependsOn: renamed }));
  });

  const table = (id: string, Metadata?: object): Template => ({
    Resources: { [id]: { Type: 'AWS::DynamoDB::Table', ...(Metadata === undefined ? {} : { Metadata }) } },
  });
  const marked = new Set(['Table']);

  it.each([
    ['nothing', undefined, { 'sluice:logicalId': 'Table' }],
    ['something', { Owner: 'us' }, { Owner: 'us', 'sluice:logicalId': 'Table' }],
  ])('says what the team calls it, beside %s of its own', (_, own, told) => {
    const renamed = renameResources(table('Table', own), ids, marked);
    expect(renamed).toEqual(table('TableSluice2', told));
    expect(renameBack(renamed, ids)).toEqual(table('Table', own));
  });

  it('says what the team called it first, however often it is renamed', () => {
    const before = { 'sluice:logicalId': 'Orders' };
    const renamed = renameResources(table('Table', before), ids, marked);
    expect(renamed).toEqual(table('TableSluice2', before));
    expect(Object.entries(renamed.Resources).map(([id, one]) => originOf(id, one))).toEqual(['Orders']);
  });

  it('is alone with it', () => {
    const both = new Map([...ids, ['Queue', 'TableSluice2']]);
    expect(() => renameBack(table('TableSluice2'), both)).toThrow(RangeError);
  });
});
