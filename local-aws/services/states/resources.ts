/**
 * The service integrations that a Task may name, with the fields that their arguments take.
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
 */
import type { CalledService } from './called-service.ts';

export interface Integration {
  /** Who carries it out: a function by its ARN, the Lambda and Step Functions integrations, any other call of a service; or nobody here. */
  readonly kind: 'function' | 'lambda' | 'execution' | 'service' | 'notSimulated';
  /** As history events name it. */
  readonly resourceType: string;
  readonly resource: string;
  readonly pattern: 'requestResponse' | 'waitForTaskToken' | 'sync';
  readonly required: readonly string[];
  /** `any` where the service itself says what it takes. */
  readonly optional: readonly string[] | 'any';
  /** What AWS would take and the local AWS does not. */
  readonly notImplemented: readonly string[];
  /** Of the kind `service`: the operation that is called. */
  readonly call?: ServiceCall;
}

export interface ServiceCall {
  /** Smithy namespace and name. */
  readonly namespace: string;
  readonly operation: string;
  readonly errors: CalledService;
  /** Whether it is more than a call of the SDK: its answer has metadata, for one. */
  readonly optimised: boolean;
  /** Members of the arguments, `Entries[].Detail` for each entry's, that are sent as JSON text where they are none. */
  readonly asText?: string;
}

const invoke = {
  kind: 'lambda',
  resourceType: 'lambda',
  required: ['FunctionName'],
  optional: ['Payload', 'Qualifier', 'InvocationType'],
  notImplemented: ['ClientContext', 'LogType', 'TenantId'],
} as const;

const startExecution = {
  kind: 'execution',
  resourceType: 'states',
  required: ['StateMachineArn'],
  optional: ['Input', 'Name'],
  notImplemented: ['TraceHeader'],
} as const;

interface Row {
  readonly type: string;
  readonly operation: string;
  readonly required: readonly string[];
  readonly prefix: string;
  /** As causes name it; what it is called in the names of exceptions is the same but for DynamoDB. */
  readonly service: string;
  readonly exception?: string;
  readonly asText?: string;
  readonly token?: boolean;
}

const dynamodb = {
  ...{ type: 'dynamodb', prefix: 'DynamoDB', service: 'AmazonDynamoDBv2', exception: 'AmazonDynamoDBException' },
} as const;

/** Optimised integrations that are one call of an operation with the arguments as they are. */
const CALLS: readonly Row[] = [
  {
    ...{ type: 'sqs', operation: 'SendMessage', required: ['QueueUrl', 'MessageBody'], asText: 'MessageBody' },
    ...{ token: true, prefix: 'SQS', service: 'AmazonSQS' },
  },
  {
    ...{ type: 'sns', operation: 'Publish', required: ['Message'], asText: 'Message' },
    ...{ token: true, prefix: 'SNS', service: 'AmazonSNS' },
  },
  {
    ...{ type: 'events', operation: 'PutEvents', required: ['Entries'], asText: 'Entries[].Detail' },
    ...{ token: true, prefix: 'EventBridge', service: 'AmazonEventBridge' },
  },
  { ...dynamodb, operation: 'GetItem', required: ['TableName', 'Key'] },
  { ...dynamodb, operation: 'PutItem', required: ['TableName', 'Item'] },
  { ...dynamodb, operation: 'UpdateItem', required: ['TableName', 'Key'] },
  { ...dynamodb, operation: 'DeleteItem', required: ['TableName', 'Key'] },
];

/**
 * Services of `aws-sdk:…`, as version 2 of AWS's SDK for Java names them, with the namespace of their model and the prefix of their errors.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export const SDK_SERVICES: Readonly<Record<string, { readonly namespace: string; readonly prefix: string }>> = {
  apigateway: { namespace: 'com.amazonaws.apigateway', prefix: 'ApiGateway' },
  apigatewayv2: { namespace: 'com.amazonaws.apigatewayv2', prefix: 'ApiGatewayV2' },
  cloudformation: { namespace: 'com.amazonaws.cloudformation', prefix: 'CloudFormation' },
  cloudwatch: { namespace: 'com.amazonaws.cloudwatch', prefix: 'CloudWatch' },
  cloudwatchlogs: { namespace: 'com.amazonaws.cloudwatchlogs', prefix: 'CloudWatchLogs' },
  codedeploy: { namespace: 'com.amazonaws.codedeploy', prefix: 'CodeDeploy' },
  dynamodb: { namespace: 'com.amazonaws.dynamodb', prefix: 'DynamoDb' },
  eventbridge: { namespace: 'com.amazonaws.eventbridge', prefix: 'EventBridge' },
  iam: { namespace: 'com.amazonaws.iam', prefix: 'Iam' },
  kms: { namespace: 'com.amazonaws.kms', prefix: 'Kms' },
  lambda: { namespace: 'com.amazonaws.lambda', prefix: 'Lambda' },
  s3: { namespace: 'com.amazonaws.s3', prefix: 'S3' },
  scheduler: { namespace: 'com.amazonaws.scheduler', prefix: 'Scheduler' },
  secretsmanager: { namespace: 'com.amazonaws.secretsmanager', prefix: 'SecretsManager' },
  sesv2: { namespace: 'com.amazonaws.sesv2', prefix: 'SesV2' },
  sfn: { namespace: 'com.amazonaws.sfn', prefix: 'Sfn' },
  sns: { namespace: 'com.amazonaws.sns', prefix: 'Sns' },
  sqs: { namespace: 'com.amazonaws.sqs', prefix: 'Sqs' },
  ssm: { namespace: 'com.amazonaws.ssm', prefix: 'Ssm' },
  sts: { namespace: 'com.amazonaws.sts', prefix: 'Sts' },
};

function rowsOf({
  type,
  operation,
  required,
  prefix,
  service,
  exception = `${service}Exception`,
  asText,
  token,
}: Row): readonly (readonly [string, Integration])[] {
  const name = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;
  const namespace = `com.amazonaws.${type === 'events' ? 'eventbridge' : type}`;
  const errors = { prefix, service, otherwise: exception, codes: { namespace }, words: 1 } as const;
  const call = { namespace, operation, errors, optimised: true, ...(asText === undefined ? {} : { asText }) };
  const row = { kind: 'service', resourceType: type, required, optional: 'any', notImplemented: [], call } as const;
  const plain = { ...row, resource: name, pattern: 'requestResponse' } as const;
  const waiting = { ...row, resource: `${name}.waitForTaskToken`, pattern: 'waitForTaskToken' } as const;
  return (token === true ? [plain, waiting] : [plain]).map((each) => [
    `arn:aws:states:::${type}:${each.resource}`,
    each,
  ]);
}

export const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  'arn:aws:states:::lambda:invoke': { ...invoke, resource: 'invoke', pattern: 'requestResponse' },
  'arn:aws:states:::lambda:invoke.waitForTaskToken': {
    ...invoke,
    resource: 'invoke.waitForTaskToken',
    pattern: 'waitForTaskToken',
  },
  'arn:aws:states:::states:startExecution': {
    ...startExecution,
    resource: 'startExecution',
    pattern: 'requestResponse',
  },
  'arn:aws:states:::states:startExecution.sync': {
    ...startExecution,
    resource: 'startExecution.sync',
    pattern: 'sync',
  },
  'arn:aws:states:::states:startExecution.sync:2': {
    ...startExecution,
    resource: 'startExecution.sync:2',
    pattern: 'sync',
  },
  ...Object.fromEntries(CALLS.flatMap(rowsOf)),
};

const LAMBDA_ARN = /^arn:aws:lambda:[a-z0-9-]+:\d+:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$/;
const SDK_ARN = /^arn:aws:states:::aws-sdk:([a-z0-9]+):([a-z][A-Za-z0-9]*)(\.waitForTaskToken)?$/;

/**
 * Services of the optimised integrations, https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html. Those that are not
 * above deploy, as do activities and services of `aws-sdk:…` that are not here; a task that comes to one fails by name.
 */
const OPTIMISED: ReadonlySet<string> = new Set([
  ...[
    'apigateway',
    'athena',
    'batch',
    'bedrock',
    'codebuild',
    'databrew',
    'dynamodb',
    'ecs',
    'eks',
    'elasticmapreduce',
  ],
  ...['emr-containers', 'emr-serverless', 'events', 'glue', 'http', 'mediaconvert', 'sagemaker', 'states'],
]);
const OPTIMISED_ARN = /^arn:aws:states:::([a-z-]+):[A-Za-z]+(\.sync(?::2)?|\.waitForTaskToken)?$/;
const ACTIVITY_ARN = /^arn:aws:states:[a-z0-9-]+:\d{12}:activity:[^:]+$/;

/** What a resource stands for; undefined where there is no such resource. */
export function integrationOf(resource: string): Integration | undefined {
  if (Object.hasOwn(INTEGRATIONS, resource)) return INTEGRATIONS[resource];
  const open = { required: [], optional: 'any', notImplemented: [] } as const;
  if (LAMBDA_ARN.test(resource))
    return { ...open, kind: 'function', resourceType: 'lambda', resource, pattern: 'requestResponse' };
  const [, service = '', action = '', token] = SDK_ARN.exec(resource) ?? [];
  const found = Object.hasOwn(SDK_SERVICES, service) ? SDK_SERVICES[service] : undefined;
  if (found === undefined) return notSimulated(resource);
  const { namespace, prefix } = found;
  return {
    ...{ ...open, kind: 'service', resourceType: `aws-sdk:${service}`, resource: `${action}${token ?? ''}` },
    pattern: token === undefined ? 'requestResponse' : 'waitForTaskToken',
    call: {
      namespace,
      operation: `${action.charAt(0).toUpperCase()}${action.slice(1)}`,
      errors: { prefix, service: prefix, otherwise: `${prefix}Exception`, codes: { namespace }, words: 2 },
      optimised: false,
    },
  };
}

function notSimulated(resource: string): Integration | undefined {
  const [, service = '', pattern = ''] = OPTIMISED_ARN.exec(resource) ?? [];
  if (!OPTIMISED.has(service) && !SDK_ARN.test(resource) && !ACTIVITY_ARN.test(resource)) return undefined;
  return {
    ...{ kind: 'notSimulated', resourceType: service || 'aws-sdk', resource, required: [], optional: 'any' },
    pattern: pattern.startsWith('.sync')
      ? 'sync'
      : resource.endsWith('.waitForTaskToken')
        ? 'waitForTaskToken'
        : 'requestResponse',
    notImplemented: [],
  };
}
