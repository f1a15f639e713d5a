import { badRequest } from '../api-gateway/errors.ts';
import type { Integration, IntegrationType } from './apis.ts';

interface IntegrationInput {
  readonly type: IntegrationType;
  readonly uri?: string | undefined;
  readonly integrationHttpMethod?: string | undefined;
  readonly credentials?: string | undefined;
  readonly contentHandling?: string | undefined;
  readonly passthroughBehavior?: string | undefined;
  readonly requestParameters?: Readonly<Record<string, string>> | undefined;
  readonly requestTemplates?: Readonly<Record<string, string>> | undefined;
  readonly timeoutInMillis?: number | undefined;
}

const LAMBDA = /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;

/** An integration without responses. @throws AwsError BadRequestException */
export function newIntegration(input: IntegrationInput): Integration {
  const { type, uri, integrationHttpMethod: httpMethod, timeoutInMillis = 29_000 } = input;
  if (type !== 'MOCK' && uri === undefined) throw badRequest('Uri is required for this integration type.');
  if (type !== 'MOCK' && httpMethod === undefined)
    throw badRequest('Enumeration value for HttpMethod must be non-empty');
  if (type === 'AWS_PROXY' && !LAMBDA.test(uri ?? ''))
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  if (timeoutInMillis < 50 || timeoutInMillis > 29_000)
    throw badRequest('Timeout should be between 50 ms and 29000 ms');
  return {
    type,
    httpMethod,
    uri,
    credentials: input.credentials,
    requestParameters: input.requestParameters,
    requestTemplates: input.requestTemplates,
    passthroughBehavior: input.passthroughBehavior?.toUpperCase() ?? 'WHEN_NO_MATCH',
    contentHandling: input.contentHandling,
    timeoutMilliseconds: timeoutInMillis,
    responses: {},
  };
}

/**
 * The function that a URI is of, with the stage's variables put in: `…:function:${stageVariables.name}`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
 */
export function functionOf(uri: string, variables: Readonly<Record<string, string>>): string | undefined {
  const filled = uri.replaceAll(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? '') : '',
  );
  return LAMBDA.exec(filled)?.[1];
}
