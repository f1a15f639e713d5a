import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import { Engine } from '../../../cli/engine.ts';
import { ENGINE, type Sandbox } from '../../../local/sandbox.ts';

const { account, region } = ENGINE;
const routes = (path: string): string => `arn:aws:execute-api:${region}:${account}:*/$default/${path}`;

/** What README tells a team to ask for: to find the engine, to drop artifacts, to read the ledger. */
const teamPolicy = (bucket: string): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'ssm:GetParameter',
      Resource: `arn:aws:ssm:${region}:${account}:parameter/sluice/engine`,
    },
    { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` },
    {
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      Resource: [routes('GET/v1/*'), routes('POST/v1/plans'), routes('POST/v1/sessions')],
    },
  ],
});

/** What an approver needs to decide without a link, and to act on releases and environments. */
const approverPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'ssm:GetParameter',
      Resource: `arn:aws:ssm:${region}:${account}:parameter/sluice/engine`,
    },
    {
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      Resource: [routes('POST/v1/releases/*'), routes('POST/v1/environments/*')],
    },
  ],
};

/** Clients of the engine with least privilege. */
export interface EngineClients {
  /** Drops artifacts, reads the ledger, opens the pages. */
  readonly team: Engine;
  /** The sample policy's `release-manager`, who may decide, and nothing else. */
  readonly approver: Engine;
}

/** Creates their identities in the tooling account, as its administrator. */
export async function createEngineClients(sandbox: Sandbox): Promise<EngineClients> {
  const iam = sandbox.aws.client(IAMClient, ENGINE);
  const find = (credentials: AwsCredentialIdentity): Promise<Engine> =>
    Engine.find({ endpoint: sandbox.aws.endpoint, region, credentials });
  return {
    team: await find(await createTeam(iam, sandbox.bucket)),
    approver: await find(await createApprover(sandbox, iam)),
  };
}

async function createTeam(iam: IAMClient, bucket: string): Promise<AwsCredentialIdentity> {
  const UserName = 'team';
  await iam.send(new CreateUserCommand({ UserName }));
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: UserName, PolicyDocument: JSON.stringify(teamPolicy(bucket)) }),
  );
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: Policy?.Arn }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

async function createApprover({ aws }: Sandbox, iam: IAMClient): Promise<AwsCredentialIdentity> {
  const RoleName = 'release-manager';
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
  };
  // The parts before the first decision take hours of engine time.
  const MaxSessionDuration = 12 * 3600;
  await iam.send(
    new CreateRoleCommand({ RoleName, MaxSessionDuration, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  await iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'decide', PolicyDocument: JSON.stringify(approverPolicy) }),
  );
  const { Credentials } = await aws.client(STSClient, ENGINE).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account}:role/${RoleName}`,
      RoleSessionName: 'robin',
      DurationSeconds: MaxSessionDuration,
    }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    ...(Credentials?.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }),
  };
}
