import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { assetBucketName, tagNames } from '../../../core/contract/names.ts';
import { ENGINE, type Sandbox } from '../../../local/sandbox.ts';
import type { StackAdministrator } from '../stack-administrator.ts';
import { functionResources } from '../tiny-service.ts';
import type { Scene } from './attack.ts';

/** Where both services are. */
export const place = { account: '333333333333', region: ENGINE.region };

const names = {
  secret: 'sluice-victim-open-secret',
  parameter: '/sluice-victim-open/key',
  untaggedSecret: 'made-by-hand',
  untaggedLogGroup: '/aws/lambda/sluice-victim-open-by-itself',
  sender: 'victim@example.com',
  ownRoleWithoutBoundary: 'sluice-attacker-open-old',
};

/** What is there when both have been released, and what people made by hand besides. */
export async function setScene({ aws, bucket }: Sandbox, administrator: StackAdministrator): Promise<Scene> {
  const [victim, attacker] = [
    await administrator.resources('sluice-victim-open'),
    await administrator.resources('sluice-attacker-open'),
  ];
  const target = await administrator.resources(`ReleaseTarget-${place.account}-${place.region}`);
  const [, queue = ''] = Object.entries(target).find(([name, id]) => /Queue/.test(name) && id.includes('/')) ?? [];
  const of = (name: string): string => victim[name] ?? '';
  const version = Object.entries(victim).find(([name]) => name.startsWith('Version'))?.[1] ?? '';
  const machineArn = of('Flow');
  const { executionArn = '' } = await aws
    .client(SFNClient, place)
    .send(new StartExecutionCommand({ stateMachineArn: machineArn }));
  await aws.client(S3Client, place).send(new PutObjectCommand({ Bucket: of('Bucket'), Key: 'data', Body: 'data' }));
  return {
    ...place,
    ...names,
    engine: ENGINE.account,
    functionName: of('Function'),
    version: version.replace(/^.*:/, ''),
    roleName: of('Role'),
    table: of('Table'),
    bucket: of('Bucket'),
    queueUrl: of('Queue'),
    topicArn: of('Topic'),
    bus: of('Bus'),
    rule: of('Rule').replace(/^.*\|/, ''),
    alarm: of('Alarm'),
    machineArn,
    executionArn,
    apiId: of('Api'),
    keyId: await makeByHand(aws),
    assetKey: await assetKeyOf(administrator),
    assetBucket: assetBucketName(place.account, place.region),
    releaseBucket: bucket,
    deadLettersUrl: queue,
    ownRole: attacker['Role'] ?? '',
    ownFunction: attacker['Function'] ?? '',
  };
}

/** Secret, parameter and key with the tags that CloudFormation would give them; what has none; a role without a boundary. */
async function makeByHand(aws: Sandbox['aws']): Promise<string> {
  const tag = { Key: tagNames.entry, Value: 'victim' };
  const secrets = aws.client(SecretsManagerClient, place);
  await secrets.send(new CreateSecretCommand({ Name: names.secret, SecretString: 'secret', Tags: [tag] }));
  await secrets.send(new CreateSecretCommand({ Name: names.untaggedSecret, SecretString: 'secret' }));
  await aws
    .client(SSMClient, place)
    .send(new PutParameterCommand({ Name: names.parameter, Type: 'String', Value: 'value', Tags: [tag] }));
  await makeLog(aws.client(CloudWatchLogsClient, place));
  await aws.client(SESv2Client, place).send(new CreateEmailIdentityCommand({ EmailIdentity: names.sender }));
  const { AssumeRolePolicyDocument } = functionResources.Role.Properties;
  await aws.client(IAMClient, place).send(
    new CreateRoleCommand({
      RoleName: names.ownRoleWithoutBoundary,
      AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
    }),
  );
  const { KeyMetadata } = await aws
    .client(KMSClient, place)
    .send(new CreateKeyCommand({ Tags: [{ TagKey: tag.Key, TagValue: tag.Value }] }));
  return KeyMetadata?.KeyId ?? '';
}

/** As Lambda makes it for a function whose template has none. */
async function makeLog(logs: CloudWatchLogsClient): Promise<void> {
  const logGroupName = names.untaggedLogGroup;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'stream' }));
}

const withCode = z.object({
  Resources: z.object({ Function: z.object({ Properties: z.object({ Code: z.object({ S3Key: z.string() }) }) }) }),
});

async function assetKeyOf({ cloudFormation }: StackAdministrator): Promise<string> {
  const { TemplateBody = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName: 'sluice-victim-open' }));
  return withCode.parse(JSON.parse(TemplateBody)).Resources.Function.Properties.Code.S3Key;
}
