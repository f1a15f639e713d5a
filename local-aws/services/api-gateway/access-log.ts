/**
 * A stage's access log: one line for each request, in the stage's own format.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { randomUUID } from 'node:crypto';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { serviceCaller } from '../../kernel/principal.ts';
import { schemaOf, type SdkCommand } from '../../kernel/service.ts';
import type { HttpRequest } from '../../wire/http.ts';
import type { Api, Stage } from './apis.ts';
import type { Answer, IamIdentity, Told } from './payload.ts';
import { own } from '../../kernel/own.ts';

/** A request that was answered. */
export interface Served {
  readonly api: Api;
  readonly stage: Stage;
  readonly request: HttpRequest;
  readonly requestId: string;
  /** Engine time, milliseconds since the epoch. */
  readonly at: number;
  readonly routeKey: string | undefined;
  readonly iam: IamIdentity | undefined;
  readonly told: Told | undefined;
  readonly answer: Answer;
  /** Engine milliseconds. */
  readonly latency: number;
  /** What the integration failed with. */
  readonly integrationError: string | undefined;
}

const VARIABLES: Readonly<Record<string, (served: Served) => string | number | undefined>> = {
  accountId: ({ api }) => api.account,
  apiId: ({ api }) => api.id,
  httpMethod: ({ request }) => request.method,
  'identity.caller': ({ iam }) => iam?.callerId,
  'identity.sourceIp': () => '127.0.0.1',
  'identity.user': ({ iam }) => iam?.userId,
  'identity.userArn': ({ iam }) => iam?.userArn,
  'integration.error': ({ integrationError }) => integrationError,
  integrationErrorMessage: ({ integrationError }) => integrationError,
  path: ({ request }) => request.path,
  protocol: () => 'HTTP/1.1',
  requestId: ({ requestId }) => requestId,
  requestTime: ({ at }) => commonLogTime(new Date(at)),
  requestTimeEpoch: ({ at }) => at,
  responseLatency: ({ latency }) => latency,
  responseLength: ({ answer }) => answer.body.length,
  routeKey: ({ routeKey }) => routeKey,
  stage: ({ stage }) => stage.name,
  status: ({ answer }) => answer.status,
};
const VARIABLE = /\$context\.(authorizer(?:\.[\w:-]+){1,2}|[A-Za-z]+(?:\.[A-Za-z]+)?)/g;

/** `$context.authorizer.claims.sub` of a token, `$context.authorizer.principalId` and any other that a function told. */
function toldBy(name: string, { told }: Served): string | undefined {
  const [, place = '', claim] = name.split('.');
  if (told?.kind === 'jwt') return place === 'claims' ? own(told.claims, claim ?? '') : undefined;
  if (told === undefined || claim !== undefined) return undefined;
  const value = place === 'principalId' ? told.principalId : own(told.context, place);
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

function valueOf(name: string, served: Served): string | number | undefined {
  return name.startsWith('authorizer.') ? toldBy(name, served) : own(VARIABLES, name)?.(served);
}

/** @throws NotImplemented for a variable that is not among those above */
export function checkFormat(format: string | undefined): void {
  for (const [whole, name = ''] of format?.matchAll(VARIABLE) ?? [])
    if (!name.startsWith('authorizer.') && own(VARIABLES, name) === undefined)
      throw new NotImplemented(`${whole} in an access log's Format`);
}

/** Writes the line, after the answer. */
export function logAccess(kernel: Kernel, served: Served): void {
  const { DestinationArn, Format = '' } = served.stage.accessLogSettings ?? {};
  const logGroupName = /:log-group:([^:]+)/.exec(DestinationArn ?? '')?.[1];
  if (logGroupName === undefined) return;
  const message = Format.replaceAll(VARIABLE, (_, name: string) => String(valueOf(name, served) ?? '-'));
  const { account, region, id } = served.api;
  kernel.observe({ kind: 'log', account, region, group: logGroupName, line: message });
  kernel.background(`the access log of ${id}`, async () => {
    const stream = { logGroupName, logStreamName: `${id}-${served.stage.name.replace('$', '')}` };
    const logEvents = [{ timestamp: served.at, message }];
    await unless('ResourceAlreadyExistsException', () =>
      internally(kernel, served.api, new CreateLogStreamCommand(stream)),
    );
    await internally(kernel, served.api, new PutLogEventsCommand({ ...stream, logEvents }));
  });
}

/** Log delivery writes by a resource policy that AWS sets up by itself; a log group that is gone loses its lines. */
async function internally<I, O>(kernel: Kernel, api: Api, command: SdkCommand<I, O>): Promise<void> {
  const [, namespace, name] = schemaOf(command);
  const caller = serviceCaller('delivery.logs.amazonaws.com', api.account, api.region);
  const { operation } = kernel.find(namespace, name);
  await unless('ResourceNotFoundException', () =>
    operation.run(command.input, { caller, requestId: randomUUID() }, () => undefined),
  );
}

async function unless(code: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== code) throw error;
  }
}

/** `21/Nov/2026:00:49:00 +0000` */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(time.toUTCString()) ?? [];
  return `${day ?? ''}/${month ?? ''}/${year ?? ''}:${clock ?? ''} +0000`;
}
