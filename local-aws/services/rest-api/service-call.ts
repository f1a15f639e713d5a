/**
 * Integrations with operations of services: `arn:aws:apigateway:<region>:states:action/StartSyncExecution`, called by a role.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-request-basic-setup.html
 */
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { parseJson, readJson, writeJson } from '../../wire/json.ts';
import { normalized } from '../../wire/model.ts';
import type { Routed } from './event.ts';

/** Services whose operations take JSON, which a template can write. */
const JSON_SERVICES: ReadonlySet<string> = new Set([
  'dynamodb',
  'events',
  'kms',
  'logs',
  'secretsmanager',
  'ssm',
  'states',
]);
const ACTION = /^arn:aws[\w-]*:apigateway:([\w-]+):([\w.-]+):action\/(\w+)$/;

/** An operation that a URI names. */
export interface ServiceAction {
  readonly region: string;
  readonly service: string;
  readonly action: string;
}

/** Undefined for what is not simulated. */
export function actionOf(uri: string): ServiceAction | undefined {
  const [, region = '', service = '', action = ''] = ACTION.exec(uri) ?? [];
  return JSON_SERVICES.has(service) ? { region, service, action } : undefined;
}

/** What a service answered. */
export interface ServiceAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** @param body as the request's template made it @throws NotImplemented for an operation that is not implemented */
export async function callAction(
  kernel: Kernel,
  { region, service, action }: ServiceAction,
  credentials: string,
  body: string,
  { api, stage, request, deployed }: Routed,
): Promise<ServiceAnswer> {
  const operations = kernel.installed.find(({ signingName }) => signingName === service)?.operations ?? [];
  const operation = operations.find(({ name }) => name === action);
  if (operation === undefined)
    return answer(501, { message: `The local AWS does not implement ${service}:${action}.` });
  const { schema, namespace, name } = operation;
  const sourceArn = `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${request.method}${deployed.path}`;
  try {
    const caller = kernel.port.iam.assumeForService({
      ...{ roleArn: credentials, service: 'apigateway.amazonaws.com', region },
      ...{ sessionName: 'BackplaneAssumeRoleSession', sourceArn },
    });
    const input = readJson(parseJson(Buffer.from(body)), normalized(schema[4]()), name);
    const output = await kernel.dispatch(namespace, name, input, caller);
    return answer(200, writeJson(output, normalized(schema[5]()), name) ?? {});
  } catch (error) {
    if (error instanceof AwsError && error.status !== 501)
      return answer(error.status, { __type: error.code, message: error.message });
    throw error;
  }
}

function answer(status: number, value: unknown): ServiceAnswer {
  return { status, body: Buffer.from(JSON.stringify(value)) };
}
