import { describe, expect, it } from 'vitest';
import { obstacles } from '../../../core/template/applicable.ts';
import { guardsOf } from '../../../core/template/moves.ts';
import { applyTemplate, type LiveTemplate } from '../../../core/template/steps/chain.ts';
import type { Template } from '../../../core/template/template.ts';

function found(
  next: Template,
  live: Template,
  aliases: Record<string, string> = {},
  values = new Map<string, string>(),
) {
  const before: LiveTemplate = { template: live, versions: { aliases, versions: {} } };
  const applied = applyTemplate(next, before, undefined, undefined, values);
  return obstacles({ ...applied, guards: guardsOf(applied.named, values) });
}

describe('a release that cannot be applied', () => {
  // https://github.com/aws-cloudformation/cfn-lint/issues/1689
  it('has a parameter of the name that a live resource has', () => {
    const table: Template = {
      Resources: { Table: { Type: 'AWS::DynamoDB::Table' }, Queue: { Type: 'AWS::SQS::Queue' } },
    };
    const next: Template = {
      Parameters: { Table: { Type: 'String' } },
      Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
    };
    expect(found(next, table)).toEqual([
      "Table is a parameter in one of the live template and the release's, and a resource in the other. Both have to be there until the release has proven itself, and CloudFormation allows one of a name: give the parameter another name.",
    ]);
    expect(found(table, next)).toEqual([]);
    expect(found(next, next)).toEqual([]);
  });

  // https://github.com/dougmoscrop/serverless-plugin-split-stacks/issues/159
  it('has too many resources beside the live ones', () => {
    const many = (prefix: string, count: number): Template => ({
      Resources: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`${prefix}${index}`, { Type: 'AWS::SQS::Queue' }]),
      ),
    });
    expect(found(many('New', 300), many('Old', 250))).toEqual([
      'The stack would have 550 resources until the release has proven itself, because 250 resources of the live version stay until then; CloudFormation allows 500. Release it in steps: what is added first, and what is dropped afterwards.',
    ]);
    expect(found(many('New', 300), many('Old', 200))).toEqual([]);
    // What is too much by itself CloudFormation says itself.
    expect(found(many('New', 501), many('Old', 1))).toEqual([]);
  });

  it('has an alias of which it cannot be told what it serves', () => {
    const service = (FunctionVersion: unknown): Template => ({
      Parameters: { Serves: { Type: 'String' } },
      Resources: {
        Orders: { Type: 'AWS::Lambda::Function' },
        Live: {
          Type: 'AWS::Lambda::Alias',
          Properties: { FunctionName: { Ref: 'Orders' }, Name: 'live', FunctionVersion },
        },
      },
    });
    const odd = service({ 'Fn::ImportValue': 'version' });
    expect(found(odd, odd, { Live: '1' })).toEqual([
      'It cannot be told which version the alias Live is to serve, so its users could not be moved by rollout: let its FunctionVersion be the attribute Version of an AWS::Lambda::Version, a number, or a parameter.',
    ]);
    expect(found(odd, { Resources: { Orders: { Type: 'AWS::Lambda::Function' } } })).toEqual([]);
    const given = service({ Ref: 'Serves' });
    expect(found(given, given, { Live: '1' }, new Map([['Serves', '2']]))).toEqual([]);
    expect(found(given, given, { Live: '1' })).toHaveLength(1);
    expect(found(service('2'), given, { Live: '1' })).toEqual([]);
  });
});
