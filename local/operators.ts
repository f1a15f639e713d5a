import { CreateRoleCommand, EntityAlreadyExistsException, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Engine } from '../cli/engine.ts';
import type { LocalAws } from 'local-aws';
import { ENGINE, type Sandbox } from './sandbox.ts';

const { account, region } = ENGINE;
const RoleName = 'release-manager';

/** Records what the engine sends to its topic for operators on call. @returns reads the messages so far */
export function recordPages(aws: LocalAws): () => readonly string[] {
  const topic = `arn:aws:sns:${region}:${account}:sluice-pager`;
  const pages: string[] = [];
  aws.kernel.onObservation((observation) => {
    if (observation.kind === 'notification' && observation.topicArn === topic) pages.push(observation.message);
  });
  return () => pages;
}

/** A client of the engine's API with the role of the sample policy's release manager, which may read and decide, and nothing else. */
export async function connectAsReleaseManager(sandbox: Sandbox): Promise<Engine> {
  await createReleaseManager(sandbox);
  return signInAsReleaseManager(sandbox);
}

/** Creates that role, where it does not exist yet. */
export async function createReleaseManager({ aws }: Sandbox): Promise<void> {
  const iam = aws.client(IAMClient, ENGINE);
  const allow = (Action: string, Resource: string): object => ({ Effect: 'Allow', Action, Resource });
  const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement });
  const AssumeRolePolicyDocument = document({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'sts:AssumeRole',
  });
  try {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  } catch (problem) {
    if (!(problem instanceof EntityAlreadyExistsException)) throw problem;
  }
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'decide',
      PolicyDocument: document([
        allow('ssm:GetParameter', `arn:aws:ssm:${region}:${account}:parameter/sluice/engine`),
        ...['POST/v1/environments/*', 'POST/v1/releases/*', 'POST/v1/sessions', 'GET/v1/*'].map((what) =>
          allow('execute-api:Invoke', `arn:aws:execute-api:${region}:${account}:*/$default/${what}`),
        ),
      ]),
    }),
  );
}

/** The same, once the role exists: what it signs in with expires after an hour. */
export async function signInAsReleaseManager({ aws }: Sandbox): Promise<Engine> {
  const { Credentials } = await aws
    .client(STSClient, ENGINE)
    .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${RoleName}`, RoleSessionName: 'robin' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return Engine.find({ endpoint: aws.endpoint, region, credentials });
}
