import { isFilled, type Fields } from '../model/values.ts';

/** The trust policy by which a service takes a role. */
export function assumedBy(service: string): Fields {
  return {
    Version: '2012-10-17',
    Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
  };
}

/** An inline policy of one statement. */
export function inlinePolicy(name: string, action: unknown, resource: unknown): Fields {
  return { PolicyName: name, PolicyDocument: { Statement: [allow(action, resource)] } };
}

export function allow(action: unknown, resource: unknown): Fields {
  return { Action: action, Effect: 'Allow', Resource: resource };
}

/** What a function's role needs to hand an event on to where failures and successes go; nothing for a type without a policy. */
export function destinationPolicy(type: unknown, id: string, destination: unknown): Fields | undefined {
  switch (type) {
    case 'SQS':
      return inlinePolicy(`${id}SQSPolicy`, 'sqs:SendMessage', destination);
    case 'SNS':
      return inlinePolicy(`${id}SNSPolicy`, 'sns:publish', destination);
    case 'EventBridge':
      return inlinePolicy(`${id}EventBridgePolicy`, 'events:PutEvents', destination);
    case 'Lambda':
      return inlinePolicy(`${id}LambdaPolicy`, 'lambda:InvokeFunction', destination);
    case 'S3':
    case 'S3Bucket':
      return {
        PolicyName: `${id}S3Policy`,
        PolicyDocument: {
          Statement: [
            allow('s3:PutObject', { 'Fn::Join': ['/', [destination, '*']] }),
            allow('s3:ListBucket', destination),
          ],
        },
      };
    default:
      return undefined;
  }
}

/** A queue policy that lets a topic or a rule send to the queue. */
export function queuePolicy(principal: unknown, source: unknown, queueArn: unknown, queueUrl: unknown): Fields {
  const statement = {
    ...allow('sqs:SendMessage', queueArn),
    Principal: principal,
    Condition: { ArnEquals: { 'aws:SourceArn': source } },
  };
  return { PolicyDocument: { Version: '2012-10-17', Statement: [statement] }, Queues: [queueUrl] };
}

/** The policies, or nothing where there are none. */
export function policiesOrNone(policies: readonly unknown[]): readonly unknown[] | undefined {
  return isFilled(policies) ? policies : undefined;
}
