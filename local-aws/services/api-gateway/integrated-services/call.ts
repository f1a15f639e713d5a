/** Calls a service for a request, and tells what it answers. */
import { AwsError } from '../../../kernel/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { schemaOf } from '../../../kernel/service.ts';
import type { HttpRequest } from '../../../wire/http.ts';
import { writeJson } from '../../../wire/json.ts';
import { normalized } from '../../../wire/model.ts';
import type { ServiceIntegration } from '../apis.ts';
import { message, type Answer, type Routed } from '../payload.ts';
import { mapped } from './mapping.ts';
import { commandOf } from './subtypes.ts';

/** The service's answer as JSON, or its error. @param credentials the role that calls, and may be assumed for it */
export async function callService(
  kernel: Kernel,
  { subtype, parameters }: ServiceIntegration,
  credentials: string,
  region: string,
  sourceArn: string,
  request: HttpRequest,
  routed: Routed,
): Promise<Answer> {
  const given = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, mapped(value, request, routed)] as const),
  );
  const command = commandOf(subtype, given);
  if (command === undefined) return message(400, 'Bad Request');
  const schema = schemaOf(command);
  try {
    const caller = kernel.port.iam.assumeForService({
      ...{ roleArn: credentials, service: 'apigateway.amazonaws.com', region },
      ...{ sessionName: 'BackplaneAssumeRoleSession', sourceArn },
    });
    const output = await kernel.send(caller, command);
    return json(200, writeJson(output, normalized(schema[5]()), schema[2]));
  } catch (error) {
    if (error instanceof AwsError && error.status !== 501)
      return json(error.status, { __type: error.code, message: error.message });
    throw error;
  }
}

function json(status: number, value: unknown): Answer {
  return {
    ...{ status, headers: { 'content-type': 'application/json' }, cookies: [] },
    body: Buffer.from(JSON.stringify(value ?? {})),
  };
}
