import { CreateStackCommand, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import type { Caller } from '../../kernel/principal.ts';
import { ACCOUNT, fixture, REGION, things, type Fixture } from './fixture.ts';

const template = JSON.stringify(things({ A: { Value: '1' } }));
const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

async function role(aws: Fixture, name: string, service: string, Statement: readonly unknown[]): Promise<void> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
  await aws.kernel.send(
    aws.admin,
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await aws.kernel.send(aws.admin, new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument }));
}

function as(aws: Fixture, name: string): Caller {
  return aws.kernel.port.iam.assumeForService({
    roleArn: roleArn(name),
    service: 'lambda.amazonaws.com',
    region: REGION,
    sessionName: 's',
  });
}

it('asks IAM for the action on the stack and for passing the role, and keeps the role it was given', async () => {
  const aws = fixture();
  const onShop = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/shop/*`;
  const own = { Effect: 'Allow', Action: 'cloudformation:*', Resource: onShop };
  const pass = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: roleArn('service'),
    Condition: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
  };
  await role(aws, 'service', 'cloudformation.amazonaws.com', []);
  await role(aws, 'deployer', 'lambda.amazonaws.com', [own, pass]);
  await role(aws, 'updater', 'lambda.amazonaws.com', [own]);
  const creation = { StackName: 'shop', TemplateBody: template, RoleARN: roleArn('service') };

  await expect(aws.kernel.send(as(aws, 'updater'), new CreateStackCommand(creation))).rejects.toThrow(/iam:PassRole/);
  await expect(
    aws.kernel.send(as(aws, 'deployer'), new CreateStackCommand({ ...creation, StackName: 'other' })),
  ).rejects.toThrow(/cloudformation:CreateStack on resource: .*stack\/other\/\*/);
  await expect(
    aws.kernel.send(aws.admin, new CreateStackCommand({ ...creation, RoleARN: roleArn('deployer') })),
  ).rejects.toThrow(/is invalid or cannot be assumed/);

  await aws.kernel.send(as(aws, 'deployer'), new CreateStackCommand(creation));
  expect((await aws.finished()).RoleARN).toBe(roleArn('service'));
  const update = { StackName: 'shop', TemplateBody: template.replace('"1"', '"2"') };
  await aws.kernel.send(as(aws, 'updater'), new UpdateStackCommand(update));
  expect(await aws.finished()).toMatchObject({ StackStatus: 'UPDATE_COMPLETE', RoleARN: roleArn('service') });
  await expect(aws.kernel.send(as(aws, 'updater'), new DescribeStacksCommand({}))).rejects.toThrow(/DescribeStacks/);
});
