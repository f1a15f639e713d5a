import { describe, expect, it } from 'vitest';
import { optionProblems } from '../../../core/template/option-problems.ts';
import { identityKinds, resourceKinds } from '../../../core/template/resource-kinds.ts';
import { leftOutOptions } from '../../../core/template/resource-kinds/left-out.ts';

const where = { account: '222222222222', region: 'us-east-1', stackName: 'sluice-orders-staging', parameters: {} };
const of = (Type: string, Properties: Record<string, unknown>) =>
  optionProblems({ ...where, template: { Resources: { One: { Type, Properties } } } }, 'template.json');

describe('an option for which nothing is granted', () => {
  it('is told with its place, and who can mend it', () => {
    expect(of('AWS::Lambda::Function', { FileSystemConfigs: [{ Arn: 'x' }] })).toEqual([
      {
        code: 'template.option-not-granted',
        path: 'template.json',
        message:
          '"One" (AWS::Lambda::Function) asks for a file system (FileSystemConfigs), which is not on the list of what CloudFormation may make for a service: take FileSystemConfigs out, or ask the platform team to set "execution" of the target to managed policies or a role of its own.',
        places: ['Resources.One.Properties.FileSystemConfigs'],
        who: 'either',
      },
    ]);
    expect(of('AWS::Lambda::Function', { FileSystemConfigs: { Ref: 'AWS::NoValue' } })).toEqual([]);
    expect(of('AWS::Lambda::Function', { VpcConfig: { SubnetIds: ['subnet-1'] } })).toEqual([]);
  });

  it('may be inside of a property, or depend on its value', () => {
    const pipe = (LogConfiguration: object) => of('AWS::Pipes::Pipe', { LogConfiguration }).length;
    expect([pipe({ S3LogDestination: {} }), pipe({ CloudwatchLogsLogDestination: {} })]).toEqual([1, 0]);
    const replicas = (...regions: unknown[]) =>
      of('AWS::DynamoDB::GlobalTable', { Replicas: regions.map((Region) => ({ Region })) }).length;
    expect([replicas('us-east-1'), replicas({ Ref: 'AWS::Region' }), replicas('us-east-1', 'eu-west-1')]).toEqual([
      0, 0, 1,
    ]);
    expect(replicas({ 'Fn::ImportValue': 'x' })).toBe(0);
    const events = (Type: string) => of('AWS::Serverless::Function', { Events: { One: { Type } } }).length;
    expect([events('IoTRule'), events('SQS')]).toEqual([1, 0]);
  });

  it('is one of types on the list', () => {
    const types = [...resourceKinds, ...identityKinds].flatMap((kind) => kind.types);
    expect(leftOutOptions.flatMap((option) => option.types).filter((type) => !types.includes(type))).toEqual([]);
  });
});
