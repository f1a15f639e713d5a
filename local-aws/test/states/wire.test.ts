import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, roleFor, where } from '../lambda/functions.ts';
import { only, task } from '../../testing/workflow-sandbox.ts';

const roleArn = 'arn:aws:iam::111111111111:role/workflow';
const text = (comment: string): string =>
  JSON.stringify({ QueryLanguage: 'JSONata', Comment: comment, ...only({ Type: 'Pass', Output: comment, End: true }) });

describe('over the wire', () => {
  let aws: LocalAws;
  let states: SFNClient;
  beforeAll(async () => {
    aws = await startLocalAws();
    states = aws.client(SFNClient, { account: '111111111111', region: 'us-east-1' });
  });
  afterAll(() => aws.close());

  it('an unmodified client creates a machine, runs it and reads its history', async () => {
    const { stateMachineArn } = await states.send(
      new CreateStateMachineCommand({ name: 'orders', definition: text('one'), roleArn }),
    );
    const { executionArn, startDate } = await states.send(new StartExecutionCommand({ stateMachineArn }));
    expect(startDate).toBeInstanceOf(Date);
    await aws.clock.idle();
    const { events } = await states.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events?.at(-1)).toMatchObject({
      type: 'ExecutionSucceeded',
      executionSucceededEventDetails: { output: '"one"' },
    });
  });

  it('a function’s own error names the failure', async () => {
    const { account } = where;
    const functionRole = await roleFor(aws, 'thrower', []);
    const thrown = `export const handler = async () => { throw Object.assign(new Error('no'), { name: 'OrderMissing' }); };`;
    const functions = aws.client(LambdaClient, where);
    await createFunction(functions, 'throws', functionRole, thrown);
    const iam = aws.client(IAMClient, where);
    const statement = (content: object): string =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...content }] });
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'workflow',
        AssumeRolePolicyDocument: statement({
          Principal: { Service: 'states.amazonaws.com' },
          Action: 'sts:AssumeRole',
        }),
      }),
    );
    const allowed = statement({
      Action: 'lambda:InvokeFunction',
      Resource: `arn:aws:lambda:us-east-1:${account}:function:throws`,
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'workflow', PolicyName: 'p', PolicyDocument: allowed }));
    const client = aws.client(SFNClient, where);
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({
        name: 'throws',
        definition: JSON.stringify({ QueryLanguage: 'JSONata', ...only(task('throws')) }),
        roleArn: `arn:aws:iam::${account}:role/workflow`,
      }),
    );
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    await aws.clock.idle();
    const ended = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'OrderMissing' });
  });

  it('what is not implemented is refused by name', async () => {
    await expect(states.send(new CreateActivityCommand({ name: 'a' }))).rejects.toThrow('CreateActivity');
    await expect(
      states.send(
        new StartExecutionCommand({
          stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:orders',
          traceHeader: 'x',
        }),
      ),
    ).rejects.toThrow('traceHeader in states:StartExecution');
  });
});
