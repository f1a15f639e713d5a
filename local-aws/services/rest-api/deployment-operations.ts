import {
  CreateDeploymentCommand,
  DeleteDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  UpdateDeploymentCommand,
  type Deployment as DeploymentShape,
} from '@aws-sdk/client-api-gateway';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from '../api-gateway/api-operations.ts';
import { newId } from '../api-gateway/apis.ts';
import type { Authorizer } from '../api-gateway/authorizers/authorizer.ts';
import { badRequest, notFound } from '../api-gateway/errors.ts';
import { pathOf, type Deployment, type Method, type RestApi, type RestApis } from './apis.ts';
import { applyPatches } from './patches.ts';
import { checkedStageName, newStage } from './stage-operations.ts';

interface DeploymentInput {
  readonly restApiId: string | undefined;
  readonly deploymentId?: string | undefined;
}

/** Deployments: what was an API at the moment is served by stages until they are pointed to another one. */
export function deploymentOperations(kernel: Kernel, apis: RestApis): AnyOperation[] {
  const asks =
    (method: string) =>
    ({ restApiId: api = '', deploymentId: id }: DeploymentInput, call: Call) =>
      ask(method, `/restapis/${api}/deployments${id === undefined ? '' : `/${id}`}`, call);
  return [
    operation({
      command: CreateDeploymentCommand,
      accepts: ['restApiId', 'stageName', 'stageDescription', 'description', 'variables', 'tracingEnabled'],
      authorize: asks('POST'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const name = input.stageName === undefined ? undefined : checkedStageName(input.stageName);
        const deployment = snapshot(api, kernel.clock.date(), input.description);
        api.deployments.set(deployment.id, deployment);
        if (name !== undefined) serve(kernel, api, name, deployment, input);
        return shapeOf(deployment);
      },
    }),
    operation({
      command: GetDeploymentCommand,
      accepts: ['restApiId', 'deploymentId', 'embed'],
      authorize: asks('GET'),
      handle: async (input, call) => shapeOf(deploymentOf(apis.of(call, input.restApiId), input.deploymentId)),
    }),
    operation({
      command: GetDeploymentsCommand,
      accepts: ['restApiId', 'limit'],
      authorize: asks('GET'),
      handle: async (input, call) => ({
        items: [...apis.of(call, input.restApiId).deployments.values()].map(shapeOf),
      }),
    }),
    operation({
      command: UpdateDeploymentCommand,
      accepts: ['restApiId', 'deploymentId', 'patchOperations'],
      authorize: asks('PATCH'),
      handle: async (input, call) => {
        const deployment = deploymentOf(apis.of(call, input.restApiId), input.deploymentId);
        applyPatches(
          input.patchOperations,
          [
            {
              path: '/description',
              operations: ['replace', 'remove'],
              change: (value) => (deployment.description = value),
            },
          ],
          'a deployment of a REST API',
        );
        return shapeOf(deployment);
      },
    }),
    operation({
      command: DeleteDeploymentCommand,
      accepts: ['restApiId', 'deploymentId'],
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const { id } = deploymentOf(api, input.deploymentId);
        if ([...api.stages.values()].some(({ deploymentId }) => deploymentId === id))
          throw badRequest('Active stages pointing to this deployment must be moved or deleted');
        api.deployments.delete(id);
        return {};
      },
    }),
  ];
}

/** @throws AwsError NotFoundException */
function deploymentOf(api: RestApi, id: string | undefined): Deployment {
  const deployment = api.deployments.get(id ?? '');
  if (deployment === undefined) throw notFound('Invalid Deployment identifier specified');
  return deployment;
}

function snapshot(api: RestApi, createdAt: Date, description: string | undefined): Deployment {
  const methods = [...api.resources.values()].flatMap((resource) =>
    [...resource.methods.values()].map((method) => ({
      resourceId: resource.id,
      path: pathOf(api, resource),
      method: structuredClone(method),
      authorizer: functionOf(api, method),
    })),
  );
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (methods.some(({ method }) => method.integration === undefined))
    throw badRequest('No integration defined for method');
  return { id: newId(6), createdAt, methods, binaryMediaTypes: [...api.binaryMediaTypes], description };
}

/** Undefined for a method that asks none. Authorizers are never changed, but replaced. */
function functionOf(api: RestApi, { authorizerId }: Method): Authorizer | undefined {
  const authorizer = api.authorizers.get(authorizerId ?? '');
  return authorizer?.kind === 'COGNITO_USER_POOLS' ? undefined : authorizer;
}

interface StageSettings {
  readonly stageDescription?: string | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly tracingEnabled?: boolean | undefined;
}

/** The stage of that name serves the deployment; it is made where it is not there. */
function serve(kernel: Kernel, api: RestApi, name: string, { id }: Deployment, settings: StageSettings): void {
  const stage = api.stages.get(name) ?? newStage(kernel, name, id);
  api.stages.set(name, stage);
  stage.deploymentId = id;
  stage.updatedAt = kernel.clock.date();
  stage.description = settings.stageDescription ?? stage.description;
  stage.variables = { ...(settings.variables ?? stage.variables) };
  stage.tracingEnabled = settings.tracingEnabled ?? stage.tracingEnabled;
}

function shapeOf({ id, createdAt, description }: Deployment): DeploymentShape {
  return { id, createdDate: createdAt, ...(description === undefined ? {} : { description }) };
}
