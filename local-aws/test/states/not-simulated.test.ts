import { describe, expect, it } from 'vitest';
import { WorkflowSandbox } from '../../testing/workflow-sandbox.ts';

// What of a machine only AWS can run does not keep the rest of it from being deployed.
describe('a Task of a service that is not simulated', () => {
  it.each([
    ['arn:aws:states:::glue:startJobRun.sync', 'glue:startJobRun.sync'],
    ['arn:aws:states:::aws-sdk:rekognition:detectLabels', 'rekognition:detectLabels'],
    ['arn:aws:states:::aws-sdk:dynamodb:createBackup', 'CreateBackup of dynamodb'],
    ['arn:aws:states:us-east-1:111111111111:activity:Pack', 'activity:Pack'],
  ])('deploys, and fails by its name, whatever is caught: %s', async (Resource, what) => {
    const sandbox = await new WorkflowSandbox().allow('*');
    const definition = {
      StartAt: 'Try',
      States: {
        Try: {
          ...{ Type: 'Task', Resource, End: true },
          Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 2 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Hidden' }],
        },
        Hidden: { Type: 'Succeed' },
      },
    };
    const { status, error, cause } = (await sandbox.run(definition)).execution;
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'NotImplementedByLocalAws' });
    expect(cause).toContain(what);
  });
});
