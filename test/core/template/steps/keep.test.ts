import { describe, expect, it } from 'vitest';
import { keepDropped, nothingKept } from '../../../../core/template/steps/keep.ts';
import { renameResources } from '../../../../core/template/steps/rename.ts';
import { findReferences } from '../../../../core/template/references.ts';
import type { Template } from '../../../../core/template/template.ts';

const live: Template = {
  Parameters: { Stage: { Type: 'String' }, Size: { Type: 'Number' }, Unused: { Type: 'String' } },
  Mappings: { Sizes: { a: { b: 1 } }, Names: { a: { b: 'x' } }, Unused: {} },
  Conditions: {
    IsLarge: { 'Fn::And': [{ Condition: 'HasSize' }, { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] }] },
    HasSize: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Size' }, 0] }] },
    Unused: { 'Fn::Equals': ['a', 'b'] },
  },
  Resources: {
    Stays: { Type: 'X' },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Condition: 'IsLarge',
      Properties: {
        TableName: { 'Fn::Sub': 'table-${Stage}-${Stays.Arn}-${!Literal}' },
        Size: { 'Fn::FindInMap': ['Sizes', 'a', 'b'] },
        Name: { 'Fn::If': ['IsLarge', { 'Fn::FindInMap': ['Names', 'a', 'b'] }, { Ref: 'AWS::NoValue' }] },
      },
    },
  },
};

describe('what the new template drops', () => {
  it('stays, with all it refers to and nothing else', () => {
    const { template, resources, parameters } = keepDropped({ Resources: { Stays: { Type: 'X' } } }, live);
    expect(resources).toEqual([{ logicalId: 'Table', type: 'AWS::DynamoDB::Table', doubled: false }]);
    expect([...parameters].sort()).toEqual(['Size', 'Stage']);
    expect(Object.keys(template.Mappings ?? {}).sort()).toEqual(['Names', 'Sizes']);
    expect(Object.keys(template.Conditions ?? {}).sort()).toEqual(['HasSize', 'IsLarge']);
    expect(template.Resources['Table']).toEqual(live.Resources['Table']);
  });

  it('stays as it is, even when a condition or mapping of that name has changed', () => {
    const next: Template = {
      Parameters: { Stage: { Type: 'String' }, Size: { Type: 'Number', Default: 1 } },
      Mappings: { Sizes: { a: { b: 2 } }, Names: live.Mappings?.['Names'] },
      Conditions: { IsLarge: live.Conditions?.['IsLarge'], HasSize: { 'Fn::Equals': ['never', 'true'] } },
      Resources: { Stays: { Type: 'X' } },
    };
    const { template, parameters } = keepDropped(next, live);
    expect(parameters).toEqual([]);
    expect(template.Parameters).toEqual(next.Parameters);
    expect(template.Mappings).toEqual({ ...next.Mappings, SluiceKeptSizes: { a: { b: 1 } } });
    expect(template.Conditions).toEqual({
      ...next.Conditions,
      SluiceKeptHasSize: live.Conditions?.['HasSize'],
      SluiceKeptIsLarge: {
        'Fn::And': [{ Condition: 'SluiceKeptHasSize' }, { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] }],
      },
    });
    expect(template.Resources['Table']).toMatchObject({
      Condition: 'SluiceKeptIsLarge',
      Properties: {
        Size: { 'Fn::FindInMap': ['SluiceKeptSizes', 'a', 'b'] },
        Name: { 'Fn::If': ['SluiceKeptIsLarge', { 'Fn::FindInMap': ['Names', 'a', 'b'] }, { Ref: 'AWS::NoValue' }] },
      },
    });
  });

  it('is nothing when nothing is dropped', () => {
    expect(keepDropped(live, live)).toEqual(nothingKept(live));
  });

  it('may refer to what is nowhere, or to itself', () => {
    const odd: Template = {
      Conditions: { Loop: { Condition: 'Loop' } },
      Resources: {
        Old: {
          Type: 'X',
          Condition: 'Loop',
          Properties: {
            a: { 'Fn::If': ['Nowhere', 1, 2] },
            b: { 'Fn::If': 'odd' },
            c: { 'Fn::FindInMap': [{ Ref: 'A' }, 'b'] },
          },
        },
      },
    };
    const { template } = keepDropped({ Resources: {} }, odd);
    expect(template).toEqual(odd);
  });
});

describe('references', () => {
  it('are found in every form', () => {
    const { parametersAndResources, conditions, mappings } = findReferences({
      a: { Ref: 'A' },
      b: [{ 'Fn::GetAtt': ['B', 'Arn'] }, { 'Fn::GetAtt': 'C.Arn' }],
      c: { 'Fn::Sub': ['${D}-${own}', { own: { Ref: 'E' } }] },
      DependsOn: ['F', 'G'],
      d: { DependsOn: 'H' },
      e: { Ref: 7 },
      Condition: { StringEquals: {} },
    });
    expect([...parametersAndResources].sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
    expect([...conditions, ...mappings]).toEqual([]);
  });
});

describe('what is kept while a parameter changes', () => {
  const before = new Map([
    ['Stage', 'blue'],
    ['Size', '2'],
  ]);
  const next: Template = { ...live, Resources: { Stays: { Type: 'X' } } };

  it('has the old value, as its conditions have', () => {
    const { template } = keepDropped(next, live, {
      doubled: [],
      before,
      after: new Map([
        ['Stage', 'green'],
        ['Size', '2'],
      ]),
    });
    expect(template.Resources['Table']).toMatchObject({
      Condition: 'SluiceKeptIsLarge',
      Properties: { TableName: { 'Fn::Sub': 'table-blue-${Stays.Arn}-${!Literal}' } },
    });
    expect(template.Conditions?.['SluiceKeptIsLarge']).toEqual({
      'Fn::And': [{ Condition: 'HasSize' }, { 'Fn::Equals': ['blue', 'production'] }],
    });
    expect(template.Conditions?.['IsLarge']).toEqual(live.Conditions?.['IsLarge']);
  });

  it('refers to it as ever where the value stays, or is hidden', () => {
    for (const after of [before, new Map([['Size', '2']])]) {
      const { template } = keepDropped(next, live, { doubled: [], before, after });
      expect(template.Resources['Table']).toEqual(live.Resources['Table']);
    }
  });

  it('refers to it as ever where the release has no such parameter any more, whatever its manifest gives it', () => {
    const { Size } = { ...next.Parameters };
    const without: Template = { ...next, Parameters: { Size } };
    const after = new Map([
      ['Stage', 'green'],
      ['Size', '2'],
    ]);
    const { template, parameters } = keepDropped(without, live, { doubled: [], before, after });
    expect(template.Resources['Table']).toEqual(live.Resources['Table']);
    expect(parameters).toEqual(['Stage']);
  });
});

describe('a resource that is replaced', () => {
  it('is removed as its UpdateReplacePolicy says', () => {
    const replaced = (policies: object): unknown => {
      const table = { Type: 'AWS::DynamoDB::Table', ...policies };
      const { template } = keepDropped(
        { Resources: {} },
        { Resources: { Table: table } },
        { doubled: ['Table'], before: new Map(), after: new Map() },
      );
      return template.Resources['Table']?.['DeletionPolicy'];
    };
    expect(replaced({ UpdateReplacePolicy: 'Retain' })).toBe('Retain');
    expect(replaced({ UpdateReplacePolicy: 'Delete', DeletionPolicy: 'Retain' })).toBe('Delete');
    expect(replaced({ DeletionPolicy: 'Snapshot' })).toBe('Snapshot');
    expect(replaced({})).toBeUndefined();
  });
});

describe('what an unsettled release kept', () => {
  // Two releases, neither of which was settled.
  it('keeps its condition where another of the same name is kept', () => {
    const equals = (value: string) => ({ 'Fn::Equals': [value, value] });
    const unsettled: Template = {
      Conditions: { Big: equals('b'), SluiceKeptBig: equals('a') },
      Resources: { One: { Type: 'X', Condition: 'SluiceKeptBig' }, Two: { Type: 'X', Condition: 'Big' } },
    };
    const { template } = keepDropped({ Conditions: { Big: equals('c') }, Resources: {} }, unsettled);
    expect(template.Conditions).toEqual({
      Big: equals('c'),
      SluiceKeptBig: equals('a'),
      SluiceKeptSluiceKeptBig: equals('b'),
    });
    expect(template.Resources).toMatchObject({
      One: { Condition: 'SluiceKeptBig' },
      Two: { Condition: 'SluiceKeptSluiceKeptBig' },
    });
  });
});

describe('what is kept and refers to a parameter whose name a resource of the release has', () => {
  it('has the value that the parameter has', () => {
    const before: Template = {
      Parameters: { Table: { Type: 'String' } },
      Resources: { Kept: { Type: 'AWS::SSM::Parameter', Properties: { Value: { Ref: 'Table' } } } },
    };
    const next: Template = { Resources: { Table: { Type: 'AWS::DynamoDB::Table' } } };
    const { template } = keepDropped(next, before, {
      doubled: [],
      before: new Map([['Table', 'orders']]),
      after: new Map(),
    });
    expect(template.Parameters).toBeUndefined();
    expect(template.Resources['Kept']?.Properties).toEqual({ Value: 'orders' });
  });
});

describe('a variable of a text', () => {
  it('hides what has the same name', () => {
    const text = { 'Fn::Sub': ['${Table}-${Table.Arn}-${Queue}', { Table: { Ref: 'Other' } }] };
    expect([...findReferences(text).parametersAndResources].sort()).toEqual(['Other', 'Queue', 'Table']);
    const hidden = { 'Fn::Sub': ['${Table}', { Table: { Ref: 'Other' } }] };
    expect([...findReferences(hidden).parametersAndResources]).toEqual(['Other']);
    const renamed = renameResources(
      { Resources: { Table: { Type: 'X', Properties: { text } } } },
      new Map([['Table', 'New']]),
    );
    expect(renamed.Resources['New']?.Properties).toEqual({
      text: { 'Fn::Sub': ['${Table}-${New.Arn}-${Queue}', { Table: { Ref: 'Other' } }] },
    });
  });
});
