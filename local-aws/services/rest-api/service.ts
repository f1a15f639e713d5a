/**
 * REST APIs of API Gateway (v1): resources and methods, one by one or as OpenAPI; deployments that are snapshots, and stages that serve
 * them; each API on a loopback port of its own. Integrations with functions, with operations of services that take JSON, and mock integrations answer, with mapping templates; any other deploys,
 * and what calls it is told that it is not simulated, as it is of methods with API keys or users of Cognito (whose authorizers are kept and
 * shown). Functions that authorize are asked. Settings of a stage's methods
 * (throttling, logging, metrics) are kept and shown. Custom domains, usage plans, validators and gateway responses are refused by name.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { Service } from '../../kernel/service.ts';
import { accountOperations } from './account-operations.ts';
import { apiOperations } from './api-operations.ts';
import { RestApis } from './apis.ts';
import { authorizerOperations } from './authorizer-operations.ts';
import { deploymentOperations } from './deployment-operations.ts';
import { methodOperations } from './method-operations.ts';
import { modelOperations } from './model-operations.ts';
import { resourceOperations } from './resource-operations.ts';
import { stageOperations } from './stage-operations.ts';
import { tagOperations } from './tag-operations.ts';

/** The service `apigateway`, as far as its paths do not begin with `/v2/`. */
export function createRestApi(kernel: Kernel): { services: Service[] } {
  const apis = new RestApis();
  const service: Service = {
    signingName: 'apigateway-v1',
    documentation:
      'REST APIs with integrations of functions (proxy, payload 1.0, or mapped) and of operations of services (those that take JSON), mock integrations, mapping templates, OpenAPI 2 and 3, deployments, stages, and authorization by IAM and functions; requests are signed by `apigateway`. https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html',
    operations: [
      ...apiOperations(kernel, apis),
      ...resourceOperations(apis),
      ...methodOperations(apis),
      ...authorizerOperations(kernel, apis),
      ...deploymentOperations(kernel, apis),
      ...stageOperations(kernel, apis),
      ...modelOperations(apis),
      ...accountOperations(apis),
      ...tagOperations(apis),
    ],
    tagsOf: (arn) => apis.tagsOf(arn),
    endpointOf: (id, region) => apis.endpointOf(id, region),
    close: () => apis.close(),
  };
  return { services: [service] };
}
