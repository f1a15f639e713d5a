/**
 * HTTP APIs of API Gateway (v2): routes, integrations with functions and services, stages, authorization by IAM, functions and tokens; each on a loopback port
 * of its own; one by one, by OpenAPI 3, or by a target alone. CORS is answered by the API's configuration. Throttling is kept and shown, but
 * nothing is throttled. An issuer of tokens is asked with the first token, not when its authorizer is made. Custom domains and deployments
 * by hand are refused by name.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { Service } from '../../kernel/service.ts';
import { apiOperations } from './api-operations.ts';
import { Apis } from './apis.ts';
import { authorizerOperations } from './authorizers/operations.ts';
import { importOperations } from './import-operations.ts';
import { integrationOperations } from './integration-operations.ts';
import { routeOperations } from './route-operations.ts';
import { stageOperations } from './stage-operations.ts';

/** The service `apigateway`. */
export function createHttpApi(kernel: Kernel): { services: Service[] } {
  const apis = new Apis();
  const service: Service = {
    signingName: 'apigateway',
    documentation:
      'HTTP APIs with integrations of functions (payload 1.0 and 2.0) and of operations of EventBridge, SQS and Step Functions, one by one, by OpenAPI 3 or by a target alone, CORS, and authorization by IAM, functions and issuers of JSON Web Tokens (asked for their keys over the network). https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html',
    operations: [
      ...apiOperations(kernel, apis),
      ...importOperations(kernel, apis),
      ...routeOperations(apis),
      ...authorizerOperations(kernel, apis),
      ...integrationOperations(apis),
      ...stageOperations(kernel, apis),
    ],
    tagsOf: (arn) => apis.tagsOf(arn),
    endpointOf: (id, region) => apis.endpointOf(id, region),
    close: () => apis.close(),
  };
  return { services: [service] };
}
