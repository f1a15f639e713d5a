import assert from 'node:assert/strict';
import {
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { defaultStackName } from '../../../../core/contract/names.ts';
import { ENGINE } from '../../../../local/sandbox.ts';
import { StackAdministrator } from '../../stack-administrator.ts';
import type { ProbeHarness } from './harness.ts';

/** As many as the policy keeps, when it says nothing. */
const KEPT = 10;

/** Publishes more versions of the service's function than are kept. @returns what checks that an old one is gone, and the newest is not */
export async function tooManyVersions({ sandbox: { aws } }: ProbeHarness): Promise<() => Promise<void>> {
  const place = { account: '222222222222', region: ENGINE.region };
  const stack = await new StackAdministrator(aws, place.account).resources(defaultStackName('orders', 'staging'));
  const FunctionName = stack['Function'];
  const lambda = aws.client(LambdaClient, place);
  const published: string[] = [];
  // What other functions of the stack have as their version is spared, too, by its number.
  while (published.length <= KEPT + 3) {
    const Description = `published by hand, ${published.length}`;
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description }));
    published.push((await lambda.send(new PublishVersionCommand({ FunctionName }))).Version ?? '');
  }
  return async () => {
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    const isLeft = (version: string): boolean => Versions.some(({ Version }) => Version === version);
    assert.ok(!published.every(isLeft), 'No old version was deleted.');
    assert.ok(isLeft(published.at(-1) ?? ''), 'The newest of the old versions was deleted.');
  };
}
