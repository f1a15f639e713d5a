/**
 * The service integrations that a Task may name, with the fields their Arguments take.
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
 */

export interface Integration {
  /** As history events name it. */
  readonly resourceType: 'lambda' | 'states';
  readonly resource: string;
  readonly pattern: 'requestResponse' | 'waitForTaskToken' | 'sync';
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** What AWS would take and the local AWS does not. */
  readonly notImplemented: readonly string[];
}

const invoke = {
  resourceType: 'lambda',
  required: ['FunctionName'],
  optional: ['Payload', 'Qualifier', 'InvocationType'],
  notImplemented: ['ClientContext', 'LogType', 'TenantId'],
} as const;

export const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  'arn:aws:states:::lambda:invoke': { ...invoke, resource: 'invoke', pattern: 'requestResponse' },
  'arn:aws:states:::lambda:invoke.waitForTaskToken': {
    ...invoke,
    resource: 'invoke.waitForTaskToken',
    pattern: 'waitForTaskToken',
  },
  'arn:aws:states:::states:startExecution.sync:2': {
    resourceType: 'states',
    resource: 'startExecution.sync:2',
    pattern: 'sync',
    required: ['StateMachineArn'],
    optional: ['Input', 'Name'],
    notImplemented: ['TraceHeader'],
  },
};
