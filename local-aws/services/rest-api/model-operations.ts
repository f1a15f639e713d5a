import {
  CreateModelCommand,
  DeleteModelCommand,
  GetModelCommand,
  GetModelsCommand,
  UpdateModelCommand,
  type Model as ModelShape,
} from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from '../api-gateway/api-operations.ts';
import { newId } from '../api-gateway/apis.ts';
import { badRequest, notFound, required } from '../api-gateway/errors.ts';
import type { Model, RestApi, RestApis } from './apis.ts';
import { applyPatches } from './patches.ts';

interface ModelInput {
  readonly restApiId: string | undefined;
  readonly modelName?: string | undefined;
}

/** Schemas of bodies. They are kept and shown; only validators, which are not implemented, look at them. */
export function modelOperations(apis: RestApis): AnyOperation[] {
  const asks =
    (method: string) =>
    ({ restApiId: api = '', modelName: model }: ModelInput, call: Call) =>
      ask(method, `/restapis/${api}/models${model === undefined ? '' : `/${model}`}`, call);
  return [
    operation({
      command: CreateModelCommand,
      accepts: ['restApiId', 'name', 'description', 'schema', 'contentType'],
      authorize: asks('POST'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const name = required(input.name, 'name');
        const contentType = required(input.contentType, 'contentType');
        if (!/^[A-Za-z0-9]+$/.test(name)) throw badRequest('Model name must be alphanumeric: [a-zA-Z0-9]+');
        if (api.models.has(name))
          throw new AwsError('ConflictException', `Model name already exists for this REST API`, 409);
        const model: Model = {
          id: newId(6),
          name,
          contentType,
          description: input.description,
          schema: input.schema,
        };
        api.models.set(name, model);
        return shapeOf(model);
      },
    }),
    operation({
      command: GetModelCommand,
      accepts: ['restApiId', 'modelName'],
      authorize: asks('GET'),
      handle: async (input, call) => shapeOf(modelOf(apis.of(call, input.restApiId), input.modelName)),
    }),
    operation({
      command: GetModelsCommand,
      accepts: ['restApiId', 'limit'],
      authorize: asks('GET'),
      handle: async (input, call) => ({ items: [...apis.of(call, input.restApiId).models.values()].map(shapeOf) }),
    }),
    operation({
      command: UpdateModelCommand,
      accepts: ['restApiId', 'modelName', 'patchOperations'],
      authorize: asks('PATCH'),
      handle: async (input, call) => {
        const model = modelOf(apis.of(call, input.restApiId), input.modelName);
        applyPatches(
          input.patchOperations,
          [
            { path: '/description', operations: ['replace'], change: (value) => (model.description = value) },
            { path: '/schema', operations: ['replace'], change: (value) => (model.schema = value) },
          ],
          'a model of a REST API',
        );
        return shapeOf(model);
      },
    }),
    operation({
      command: DeleteModelCommand,
      accepts: ['restApiId', 'modelName'],
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        api.models.delete(modelOf(api, input.modelName).name);
        return {};
      },
    }),
  ];
}

function modelOf(api: RestApi, name: string | undefined): Model {
  const model = api.models.get(name ?? '');
  if (model === undefined) throw notFound(`Invalid model name specified: ${name ?? ''}`);
  return model;
}

function shapeOf({ id, name, contentType, description, schema }: Model): ModelShape {
  return {
    id,
    name,
    contentType,
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
  };
}
