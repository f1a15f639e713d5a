import * as apigateway from '@aws-sdk/client-api-gateway';
import * as apigatewayv2 from '@aws-sdk/client-apigatewayv2';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sesv2 from '@aws-sdk/client-sesv2';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaRef } from '@smithy/types';
import { schemaOf } from '../kernel/service.ts';

/** How an operation is bound to HTTP in the REST protocols. */
interface HttpBinding {
  readonly method: string;
  /** Path template, e.g. `/2015-03-31/functions/{FunctionName}/invocations`. */
  readonly path: string;
  /** Query parameters the template fixes, e.g. `list-type=2`; a value of `''` means the name alone. */
  readonly query: ReadonlyMap<string, string>;
  readonly status: number;
}

/** One operation of AWS's own model of a service, implemented here or not. */
export interface OperationModel {
  readonly name: string;
  readonly namespace: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** How many of the input's members, counted from the first, are required. */
  readonly required: readonly string[];
  readonly http: HttpBinding | undefined;
}

/** AWS's own model of a service, as the SDK's client carries it. */
export interface ServiceModel {
  readonly signingName: string;
  /** The prefix in X-Amz-Target. */
  readonly target: string;
  readonly xmlNamespace: string;
  readonly jsonVersion: '1.0' | '1.1';
  /** What the service speaks when the request does not say. */
  readonly style: 'json' | 'query' | 'rest-json' | 'rest-xml';
  readonly operations: ReadonlyMap<string, OperationModel>;
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

interface ErrorModel {
  /** The name on the wire in the query protocol where it differs. */
  readonly queryCode: string | undefined;
  readonly schema: NormalizedSchema;
}

type Style = ServiceModel['style'];
type ClientModule = Readonly<Record<string, unknown>>;

/** `[signing name, SDK client, X-Amz-Target prefix, style, XML namespace, JSON version]` */
const SERVICES: readonly (readonly [string, ClientModule, string, Style, string, '1.0' | '1.1'])[] = [
  ['apigateway', apigatewayv2, 'ApiGatewayV2', 'rest-json', '', '1.1'],
  ['apigateway-v1', apigateway, 'BackplaneControlService', 'rest-json', '', '1.1'],
  [
    'cloudformation',
    cloudformation,
    'CloudFormation',
    'query',
    'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    '1.1',
  ],
  ['logs', logs, 'Logs_20140328', 'json', '', '1.1'],
  [
    'monitoring',
    cloudwatch,
    'GraniteServiceVersion20100801',
    'json',
    'http://monitoring.amazonaws.com/doc/2010-08-01/',
    '1.0',
  ],
  ['codedeploy', codedeploy, 'CodeDeploy_20141006', 'json', '', '1.1'],
  ['dynamodb', dynamodb, 'DynamoDB_20120810', 'json', '', '1.0'],
  ['events', eventbridge, 'AWSEvents', 'json', '', '1.1'],
  ['iam', iam, 'AWSIdentityManagementV20100508', 'query', 'https://iam.amazonaws.com/doc/2010-05-08/', '1.1'],
  ['kms', kms, 'TrentService', 'json', '', '1.1'],
  ['lambda', lambda, 'AWSGirApiService', 'rest-json', '', '1.1'],
  ['s3', s3, 'AmazonS3', 'rest-xml', 'http://s3.amazonaws.com/doc/2006-03-01/', '1.1'],
  ['scheduler', scheduler, 'AWSChronosService', 'rest-json', '', '1.1'],
  ['secretsmanager', secretsManager, 'secretsmanager', 'json', '', '1.1'],
  ['ses', sesv2, 'SimpleEmailService_v2', 'rest-json', '', '1.1'],
  ['states', sfn, 'AWSStepFunctions', 'json', '', '1.0'],
  ['sns', sns, 'AmazonSimpleNotificationService', 'query', 'http://sns.amazonaws.com/doc/2010-03-31/', '1.1'],
  ['sqs', sqs, 'AmazonSQS', 'json', 'http://queue.amazonaws.com/doc/2012-11-05/', '1.0'],
  ['ssm', ssm, 'AmazonSSM', 'json', '', '1.1'],
  ['sts', sts, 'AWSSecurityTokenServiceV20110615', 'query', 'https://sts.amazonaws.com/doc/2011-06-15/', '1.1'],
];

/** The models of every service the local AWS speaks, by signing name. */
export function loadModels(): ReadonlyMap<string, ServiceModel> {
  return new Map(
    SERVICES.map(([signingName, client, target, style, xmlNamespace, jsonVersion]) => [
      signingName,
      {
        signingName,
        target,
        style,
        xmlNamespace,
        jsonVersion,
        operations: operationsOf(client),
        errors: errorsOf(client),
      },
    ]),
  );
}

function operationsOf(client: ClientModule): ReadonlyMap<string, OperationModel> {
  const operations = new Map<string, OperationModel>();
  for (const [name, value] of Object.entries(client)) {
    if (!/^[A-Z]\w*Command$/.test(name) || !isCommandClass(value)) continue;
    const [, namespace, operation, traits, input, output] = schemaOf(new value({}));
    operations.set(operation, {
      name: operation,
      namespace,
      input: normalized(input()),
      output: normalized(output()),
      required: requiredMembers(input()),
      http: bindingOf(traits),
    });
  }
  return operations;
}

function errorsOf(client: ClientModule): ReadonlyMap<string, ErrorModel> {
  const errors = new Map<string, ErrorModel>();
  for (const value of Object.values(client)) {
    if (!Array.isArray(value) || value[0] !== -3) continue;
    const error = normalized(value);
    const alias = error.getMergedTraits()['awsQueryError'];
    const queryCode: unknown = Array.isArray(alias) ? alias[0] : undefined;
    errors.set(error.getName() ?? '', {
      queryCode: typeof queryCode === 'string' ? queryCode : undefined,
      schema: error,
    });
  }
  return errors;
}

function bindingOf(traits: unknown): HttpBinding | undefined {
  const http: unknown = typeof traits === 'object' && traits !== null && 'http' in traits ? traits.http : undefined;
  if (!Array.isArray(http)) return undefined;
  const method: unknown = http[0];
  const uri: unknown = http[1];
  const status: unknown = http[2];
  const [path = '', query = ''] = String(uri).split('?');
  const fixed = new URLSearchParams(query);
  // `x-id` only names the operation for readers of logs; clients other than the JavaScript SDK leave it out.
  fixed.delete('x-id');
  return { method: String(method), path, query: new Map(fixed), status: Number(status) };
}

function requiredMembers(struct: unknown): readonly string[] {
  if (!Array.isArray(struct)) return [];
  const members: unknown = struct[4];
  const required: unknown = struct[6];
  if (!Array.isArray(members) || typeof required !== 'number') return [];
  return members.slice(0, required).map(String);
}

function isCommandClass(value: unknown): value is new (input: object) => { readonly schema?: unknown } {
  return typeof value === 'function';
}

/** A schema of the SDK's, such as an operation's input. */
export function normalized(value: unknown): NormalizedSchema {
  return NormalizedSchema.of(isSchemaRef(value) ? value : 'unit');
}

/** The SDK's generated modules hold nothing but schemas in these places. */
function isSchemaRef(value: unknown): value is SchemaRef {
  return value !== undefined && value !== null;
}
