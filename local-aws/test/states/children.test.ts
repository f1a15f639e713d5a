import { beforeEach, describe, expect, it } from 'vitest';
import { only, shape, WorkflowSandbox } from '../../testing/workflow-sandbox.ts';

let sandbox: WorkflowSandbox;
beforeEach(async () => {
  sandbox = await new WorkflowSandbox().allow('states:*', 'events:*');
});

describe('a Task that runs a child execution', () => {
  const parent = async (child: object, more: object = {}): Promise<object> => ({
    StartAt: 'Child',
    States: {
      Child: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: { StateMachineArn: await sandbox.create(child, 'child'), Input: { n: 2 }, Name: 'the-child' },
        End: true,
        ...more,
      },
    },
  });

  it('answers with the child’s input and output as JSON', async () => {
    const { output, history } = await sandbox.run(
      await parent(only({ Type: 'Pass', Output: { doubled: '{% $states.input.n * 2 %}' }, End: true })),
    );
    expect(output).toMatchObject({ Name: 'the-child', Status: 'SUCCEEDED', Input: { n: 2 }, Output: { doubled: 4 } });
    expect(shape(history).slice(2, 6)).toEqual([
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSubmitted',
      '6<5 TaskSucceeded',
    ]);
  });

  it('fails with States.TaskFailed and the child’s description as the cause', async () => {
    const { execution } = await sandbox.run(await parent(only({ Type: 'Fail', Error: 'Broken', Cause: 'why' })));
    expect(execution.error).toBe('States.TaskFailed');
    expect(JSON.parse(execution.cause ?? '')).toMatchObject({
      Error: 'Broken',
      Cause: 'why',
      Status: 'FAILED',
      Input: '{"n":2}',
    });
  });

  it('stops the child when it times out', async () => {
    const wait = only({ Type: 'Wait', Seconds: 500, End: true });
    const { execution } = await sandbox.run(await parent(wait, { TimeoutSeconds: 5 }));
    expect(execution.error).toBe('States.Timeout');
    const child = await sandbox.ended('arn:aws:states:us-east-1:111111111111:execution:child:the-child');
    expect(child.status).toBe('ABORTED');
  });

  it('needs the managed rule’s permissions already at creation', async () => {
    const poor = await new WorkflowSandbox().allow('states:*', 'events:PutRule', 'events:DescribeRule');
    sandbox = poor;
    const definition = await parent(only({ Type: 'Succeed' }));
    await expect(poor.create(definition)).rejects.toThrow('is not authorized to create managed-rule.');
  });
});
