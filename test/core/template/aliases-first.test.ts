import { describe, expect, it } from 'vitest';
import { whyStackFirst } from '../../../core/template/aliases-first.ts';
import type { Template } from '../../../core/template/template.ts';

const table = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { Ref: 'Name' } } };
const role = { Type: 'AWS::IAM::Role', Properties: { Policies: [] } };
const handler = { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 128 } };
const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: { Threshold: 1 } };

const deployed = (Resources: Template['Resources'], parameters: Record<string, string> = { Name: 'orders' }) => ({
  template: { Resources },
  parameters,
});
const before = deployed({ Table: table, Role: role, Function: handler, Alarm: alarm });

describe('users come back before the stack', () => {
  it('where all that the earlier version uses is there as it was', () => {
    expect(whyStackFirst(before, before)).toEqual([]);
    const more = { ...before.template.Resources, Queue: { Type: 'AWS::SQS::Queue' } };
    expect(whyStackFirst(before, deployed(more))).toEqual([]);
    const queue = { Type: 'AWS::SQS::Queue' };
    expect(whyStackFirst(deployed({ Queue: queue }), deployed({ Queue: { ...queue, Properties: {} } }))).toEqual([]);
  });

  it('whatever has become of the function’s configuration, alarms and metadata: its version holds its own', () => {
    const now = deployed({
      Table: { ...table, Metadata: { 'sluice:logicalId': 'T' } },
      Role: role,
      Function: { ...handler, Properties: { MemorySize: 256 } },
    });
    expect(whyStackFirst(before, now)).toEqual([]);
  });
});

describe('the stack comes first', () => {
  it.each([
    ['a resource is gone', { Role: role, Function: handler }, 'Table (AWS::DynamoDB::Table) is gone'],
    ['the function is gone', { Table: table, Role: role }, 'Function (AWS::Lambda::Function) is gone'],
    [
      'a permission is another',
      { Table: table, Role: { ...role, Properties: { Policies: [{ PolicyName: 'less' }] } }, Function: handler },
      'Role (AWS::IAM::Role) is another',
    ],
    [
      'a condition is another',
      { Table: { ...table, Condition: 'Never' }, Role: role, Function: handler },
      'Table (AWS::DynamoDB::Table) is another',
    ],
  ])('where %s', (_, resources, why) => {
    expect(whyStackFirst(before, deployed(resources))).toEqual([why]);
  });

  it('where what a resource is made from has another value', () => {
    const now = deployed(before.template.Resources, { Name: 'orders-2' });
    expect(whyStackFirst(before, now)).toEqual(['Table (AWS::DynamoDB::Table) has another Name']);
  });

  it('but not where only a function is', () => {
    const functions = { Function: { ...handler, Properties: { Environment: { Ref: 'Level' } } } };
    expect(whyStackFirst(deployed(functions, { Level: 'one' }), deployed(functions, { Level: 'two' }))).toEqual([]);
  });
});
