import {
  CreateIntegrationCommand,
  DeleteIntegrationCommand,
  GetIntegrationCommand,
  GetIntegrationsCommand,
  UpdateIntegrationCommand,
  type Integration as IntegrationShape,
  type UpdateIntegrationCommandInput,
} from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from './api-operations.ts';
import { type Api, type Apis, type Integration } from './apis.ts';
import { notFound } from './errors.ts';
import { checkedFormat, checkedTimeout, checkSettings, newIntegration, targetOf } from './integrations.ts';

interface IntegrationInput {
  readonly ApiId: string | undefined;
  readonly IntegrationId?: string | undefined;
}
const MEMBERS = [
  'ApiId',
  'IntegrationType',
  'IntegrationUri',
  'IntegrationSubtype',
  'RequestParameters',
  'IntegrationMethod',
  'PayloadFormatVersion',
  'ConnectionType',
  'CredentialsArn',
  'TimeoutInMillis',
  'Description',
];

/** Integrations with functions (AWS_PROXY, payload formats 1.0 and 2.0) and with operations of services. */
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
        const integration = newIntegration(input);
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
        const { IntegrationSubtype, RequestParameters, IntegrationUri } = input;
        if ([IntegrationSubtype, RequestParameters, IntegrationUri].some((member) => member !== undefined))
          integration.target = targetOf({ ...givenOf(integration), ...defined(input) });
        if (input.TimeoutInMillis !== undefined)
          integration.timeoutMilliseconds = checkedTimeout(input.TimeoutInMillis);
        if (input.PayloadFormatVersion !== undefined)
          integration.payloadFormat = checkedFormat(input.PayloadFormatVersion);
        if (input.CredentialsArn !== undefined) integration.credentials = input.CredentialsArn || undefined;
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

/** What is said of the target. Another kind of it takes the place of the former one. */
function defined(input: UpdateIntegrationCommandInput): Partial<Target> {
  const { IntegrationSubtype, RequestParameters, IntegrationUri, CredentialsArn } = input;
  const said = Object.entries({ IntegrationSubtype, RequestParameters, IntegrationUri, CredentialsArn });
  const other =
    IntegrationUri === undefined
      ? IntegrationSubtype === undefined
        ? {}
        : { IntegrationUri: undefined }
      : { IntegrationSubtype: undefined, RequestParameters: undefined };
  return { ...other, ...Object.fromEntries(said.filter(([, value]) => value !== undefined)) };
}

type Target = Pick<IntegrationShape, 'IntegrationSubtype' | 'RequestParameters' | 'IntegrationUri' | 'CredentialsArn'>;

function givenOf({ target, credentials }: Integration): Target {
  return {
    ...(target.kind === 'function'
      ? { IntegrationUri: target.uri }
      : { IntegrationSubtype: target.subtype, RequestParameters: { ...target.parameters } }),
    ...(credentials === undefined ? {} : { CredentialsArn: credentials }),
  };
}

function integrationOf(api: Api, id: string | undefined): Integration {
  const integration = api.integrations.get(id ?? '');
  if (integration === undefined) throw notFound(`Invalid Integration identifier specified`);
  return integration;
}

function shapeOf(integration: Integration): IntegrationShape {
  return {
    ConnectionType: 'INTERNET',
    IntegrationId: integration.id,
    IntegrationMethod: 'POST',
    IntegrationType: 'AWS_PROXY',
    ...givenOf(integration),
    PayloadFormatVersion: integration.payloadFormat,
    TimeoutInMillis: integration.timeoutMilliseconds,
    ...(integration.managed === undefined ? {} : { ApiGatewayManaged: true }),
    ...(integration.description === undefined ? {} : { Description: integration.description }),
  };
}
