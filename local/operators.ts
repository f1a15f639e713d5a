import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Engine } from '../cli/engine.ts';
import type { LocalAws } from '../local-aws/aws.ts';
import { ENGINE, type Stage } from './sandbox.ts';

const { account, region } = ENGINE;

/** Whoever is on call subscribes to the engine's pages. @returns the pages so far */
export function watchPages(aws: LocalAws): () => readonly string[] {
  const topic = `arn:aws:sns:${region}:${account}:sluice-pages`;
  const pages: string[] = [];
  aws.kernel.onObservation((observation) => {
    if (observation.kind === 'notification' && observation.topicArn === topic) pages.push(observation.message);
  });
  return () => pages;
}

/** The engine as the sample policy's release manager reaches it: a role that may decide, and nothing else. */
export async function releaseManager({ aws }: Stage): Promise<Engine> {
  const RoleName = 'release-manager';
  const iam = aws.client(IAMClient, ENGINE);
  const allow = (Action: string, Resource: string): object => ({ Effect: 'Allow', Action, Resource });
  const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'decide',
      PolicyDocument: document([
        allow('ssm:GetParameter', `arn:aws:ssm:${region}:${account}:parameter/sluice/engine`),
        allow('execute-api:Invoke', `arn:aws:execute-api:${region}:${account}:*/$default/POST/v1/environments/*`),
      ]),
    }),
  );
  const { Credentials } = await aws
    .client(STSClient, ENGINE)
    .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${RoleName}`, RoleSessionName: 'robin' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return Engine.find({ endpoint: aws.endpoint, region, credentials });
}
