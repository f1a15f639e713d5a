import {
  CreateIntegrationCommand,
  DeleteIntegrationCommand,
  GetIntegrationCommand,
  GetIntegrationsCommand,
  UpdateIntegrationCommand,
  type Integration as IntegrationShape,
} from '@aws-sdk/client-apigatewayv2';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from './api-operations.ts';
import { newId, type Api, type Apis, type Integration } from './apis.ts';
import { badRequest, notFound, required } from './errors.ts';
import { functionArn } from './respond.ts';

interface IntegrationInput {
  readonly ApiId: string | undefined;
  readonly IntegrationId?: string | undefined;
}
interface Settings {
  readonly IntegrationType?: string | undefined;
  readonly IntegrationMethod?: string | undefined;
  readonly PayloadFormatVersion?: string | undefined;
  readonly ConnectionType?: string | undefined;
}

const MEMBERS = [
  'ApiId',
  'IntegrationType',
  'IntegrationUri',
  'IntegrationMethod',
  'PayloadFormatVersion',
  'ConnectionType',
  'TimeoutInMillis',
  'Description',
];

/** Integrations with functions (AWS_PROXY, payload format 2.0). */
export function integrationOperations(apis: Apis): AnyOperation[] {
  const asks =
    (method: string) =>
    ({ ApiId: api = '', IntegrationId: integration }: IntegrationInput, call: Call) =>
      ask(method, `/apis/${api}/integrations${integration === undefined ? '' : `/${integration}`}`, call);
  return [
    operation({
      command: CreateIntegrationCommand,
      accepts: MEMBERS,
      authorize: asks('POST'),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        checkSettings({ ...input, PayloadFormatVersion: input.PayloadFormatVersion ?? '1.0' });
        const integration: Integration = {
          id: newId(7),
          uri: checkedUri(required(input.IntegrationUri, 'IntegrationUri')),
          timeoutMilliseconds: checkedTimeout(input.TimeoutInMillis ?? 30_000),
          description: input.Description,
        };
        api.integrations.set(integration.id, integration);
        return shapeOf(integration);
      },
    }),
    operation({
      command: UpdateIntegrationCommand,
      accepts: [...MEMBERS, 'IntegrationId'],
      authorize: asks('PATCH'),
      handle: async (input, call) => {
        const integration = integrationOf(apis.of(call, input.ApiId), input.IntegrationId);
        checkSettings(input);
        if (input.IntegrationUri !== undefined) integration.uri = checkedUri(input.IntegrationUri);
        if (input.TimeoutInMillis !== undefined)
          integration.timeoutMilliseconds = checkedTimeout(input.TimeoutInMillis);
        if (input.Description !== undefined) integration.description = input.Description;
        return shapeOf(integration);
      },
    }),
    operation({
      command: GetIntegrationCommand,
      accepts: ['ApiId', 'IntegrationId'],
      authorize: asks('GET'),
      handle: async (input, call) => shapeOf(integrationOf(apis.of(call, input.ApiId), input.IntegrationId)),
    }),
    operation({
      command: GetIntegrationsCommand,
      accepts: ['ApiId'],
      authorize: asks('GET'),
      handle: async (input, call) => ({ Items: [...apis.of(call, input.ApiId).integrations.values()].map(shapeOf) }),
    }),
    operation({
      command: DeleteIntegrationCommand,
      accepts: ['ApiId', 'IntegrationId'],
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        const { id } = integrationOf(api, input.IntegrationId);
        const user = [...api.routes.values()].find((route) => route.integration === id);
        if (user !== undefined)
          throw new AwsError(
            'ConflictException',
            `Cannot delete Integration '${id}' due to it being referenced by Route '${user.key}'.`,
            409,
          );
        api.integrations.delete(id);
        return {};
      },
    }),
  ];
}

function integrationOf(api: Api, id: string | undefined): Integration {
  const integration = api.integrations.get(id ?? '');
  if (integration === undefined) throw notFound(`Invalid Integration identifier specified`);
  return integration;
}

function checkSettings(settings: Settings): void {
  const {
    IntegrationType: type,
    IntegrationMethod: method,
    PayloadFormatVersion: version,
    ConnectionType: connection,
  } = settings;
  if (type !== undefined && type !== 'AWS_PROXY') throw new NotImplemented(`IntegrationType ${type} of HTTP APIs`);
  if (method !== undefined && method !== 'POST')
    throw badRequest('HttpMethod must be POST for AWS_PROXY IntegrationType.');
  if (version !== undefined && version !== '2.0')
    throw new NotImplemented(`PayloadFormatVersion ${version} of HTTP APIs`);
  if (connection !== undefined && connection !== 'INTERNET')
    throw new NotImplemented(`ConnectionType ${connection} of HTTP APIs`);
}

function checkedUri(uri: string): string {
  if (/^arn:aws:lambda:[^:]+:\d{12}:function:/.test(functionArn(uri))) return uri;
  throw new NotImplemented(`the integration URI ${uri} of an HTTP API`);
}

function checkedTimeout(milliseconds: number): number {
  if (milliseconds >= 50 && milliseconds <= 30_000) return milliseconds;
  throw badRequest('Timeout should be between 50 ms and 30000 ms');
}

function shapeOf(integration: Integration): IntegrationShape {
  return {
    ConnectionType: 'INTERNET',
    IntegrationId: integration.id,
    IntegrationMethod: 'POST',
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: integration.uri,
    PayloadFormatVersion: '2.0',
    TimeoutInMillis: integration.timeoutMilliseconds,
    ...(integration.description === undefined ? {} : { Description: integration.description }),
  };
}
