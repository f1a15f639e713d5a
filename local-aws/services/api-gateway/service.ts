/**
 * HTTP APIs of API Gateway (v2): routes, function integrations, stages, IAM authorization; each on a loopback port of its own;
 * one by one, by OpenAPI 3, or by a target alone. CORS is answered by the API's configuration. Throttling and access logs are kept and shown, but nothing is throttled and no log is written. JWT and function
 * authorizers (their routes come by OpenAPI, and answer that they are not simulated), custom domains and deployments by hand are refused by name.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { Service } from '../../kernel/service.ts';
import { apiOperations } from './api-operations.ts';
import { Apis } from './apis.ts';
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
      'HTTP APIs with function integrations (payload 1.0 and 2.0), one by one, by OpenAPI 3 or by a target alone, CORS and IAM authorization. https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html',
    operations: [
      ...apiOperations(kernel, apis),
      ...importOperations(kernel, apis),
      ...routeOperations(apis),
      ...integrationOperations(apis),
      ...stageOperations(kernel, apis),
    ],
    tagsOf: (arn) => apis.tagsOf(arn),
    endpointOf: (id, region) => apis.endpointOf(id, region),
    close: () => apis.close(),
  };
  return { services: [service] };
}
