import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  InvokeCommand,
  type CreateFunctionRequest,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { expect } from 'vitest';
import type { LocalAws } from '../../aws.ts';

export const where = { account: '222222222222', region: 'us-east-1' };

/** A zip of one ES module that is the function's code. */
export function zipOf(source: string, file = 'index.mjs'): Uint8Array {
  return zipSync({ [file]: strToU8(source) });
}

/** A role that Lambda may assume, allowed to do `actions` on everything. */
export async function roleFor(aws: LocalAws, name: string, actions: readonly string[]): Promise<string> {
  const iam = aws.client(IAMClient, where);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  if (actions.length > 0) {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
    await iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: 'all', PolicyDocument: JSON.stringify(policy) }),
    );
  }
  return `arn:aws:iam::${where.account}:role/${name}`;
}

export async function createFunction(
  lambda: LambdaClient,
  name: string,
  role: string,
  source: string,
  more: Partial<CreateFunctionRequest> = {},
): Promise<void> {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf(source) },
      ...more,
    }),
  );
}

export async function invoke(
  lambda: LambdaClient,
  name: string,
  event: unknown = {},
  qualifier?: string,
): Promise<{ payload: unknown; error: string | undefined; version: string | undefined; log: string }> {
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName: name,
      Payload: Buffer.from(JSON.stringify(event)),
      LogType: 'Tail',
      ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
    }),
  );
  const payload: unknown = JSON.parse(answer.Payload?.transformToString() ?? 'null');
  const log = Buffer.from(answer.LogResult ?? '', 'base64').toString();
  return { payload, error: answer.FunctionError, version: answer.ExecutedVersion, log };
}

/** Matches a text in an expected value. */
export function text(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
