import { SFNClient, TaskDoesNotExist, TaskTimedOut, InvalidToken, ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { createTaskAnswers, createWorkflow } from '../../../adapters/step-functions/workflow.ts';

const machine = 'arn:aws:states:us-east-1:111111111111:stateMachine:release:live';

/** A client that fails every call, before anything leaves the machine. */
function failing(error: Error): SFNClient {
  const client = new SFNClient({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  client.middlewareStack.add(() => () => Promise.reject(error), { step: 'initialize' });
  return client;
}

const words = { message: 'no', $metadata: {} };

describe('answers to tasks', () => {
  it.each([new TaskTimedOut(words), new TaskDoesNotExist(words), new InvalidToken(words)])(
    'that come late change nothing: %s',
    async (error) => {
      const answers = createTaskAnswers(failing(error));
      expect(await answers.succeed('token', {})).toBe('late');
      expect(await answers.fail('token', 'CheckFailed', 'why')).toBe('late');
    },
  );
  it('that could not be sent are not taken for sent', async () => {
    await expect(createTaskAnswers(failing(new Error('no route'))).succeed('token', {})).rejects.toThrow('no route');
  });
});

describe('executions', () => {
  it('are started once by their name', async () => {
    const started = await createWorkflow(failing(new ExecutionAlreadyExists(words)), machine).start('orders-1-a1');
    expect(started).toEqual({
      existing: true,
      execution: 'arn:aws:states:us-east-1:111111111111:execution:release:orders-1-a1',
    });
  });
});
