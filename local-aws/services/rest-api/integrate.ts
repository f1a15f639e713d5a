/**
 * What a method's integration answers.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-integration-settings.html
 */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { serviceCaller, type Caller } from '../../kernel/principal.ts';
import type { Answer } from '../api-gateway/payload.ts';
import type { Integration } from './apis.ts';
import { eventFor, readAnswer, type Routed } from './event.ts';
import { functionOf } from './integrations.ts';
import { mappedAnswer, templateFor, type Integrated, type NotSimulated } from './mapped-answer.ts';
import { mockAnswer } from './mock.ts';
import { FAILED, MALFORMED, notSimulated, TIMED_OUT, UNSUPPORTED } from './gateway-responses.ts';
import { actionOf, callAction } from './service-call.ts';
import { renderTemplate } from './templates/render.ts';

export async function integrate(kernel: Kernel, routed: Routed): Promise<Answer> {
  const { integration } = routed.deployed.method;
  if (integration === undefined) return FAILED;
  switch (integration.type) {
    case 'AWS_PROXY':
      return inTime(kernel, integration.timeoutMilliseconds, routed, proxied(kernel, integration, routed));
    case 'AWS':
      return inTime(kernel, integration.timeoutMilliseconds, routed, mapped(kernel, integration, routed));
    case 'MOCK':
      return made(mockAnswer(integration, routed));
    case 'HTTP':
    case 'HTTP_PROXY':
      return notSimulated(`integrations of type ${integration.type}`);
  }
}

function made(answer: Answer | NotSimulated | undefined): Answer {
  if (answer === undefined) return FAILED;
  return 'status' in answer ? answer : notSimulated(answer.notSimulated);
}

async function inTime(kernel: Kernel, milliseconds: number, { api }: Routed, work: Promise<Answer>): Promise<Answer> {
  let late: () => void = () => undefined;
  const timeout = new Promise<Answer>((resolve) => (late = () => resolve(TIMED_OUT)));
  const timer = kernel.clock.after(milliseconds, () => late(), `the integration of ${api.name}`);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    timer.cancel();
  }
}

/** A function's own answer, or API Gateway's where the function fails or answers nonsense. */
async function proxied(kernel: Kernel, integration: Integration, routed: Routed): Promise<Answer> {
  const { request, binaryMediaTypes } = routed;
  const invoked = await invoke(kernel, integration, routed, JSON.stringify(eventFor(routed)));
  if ('status' in invoked) return invoked;
  if (invoked.failed) return MALFORMED;
  return readAnswer(invoked.payload, request.headers['accept'], binaryMediaTypes) ?? MALFORMED;
}

interface Invoked {
  readonly failed: boolean;
  readonly payload: string;
}

async function invoke(
  kernel: Kernel,
  integration: Integration,
  routed: Routed,
  payload: string,
): Promise<Invoked | Answer> {
  const FunctionName = functionOf(integration.uri ?? '', routed.stage.variables);
  // A function is invoked by POST, whatever the method of the request; the URI's variables may come to nothing.
  if (FunctionName === undefined || integration.httpMethod !== 'POST') return FAILED;
  try {
    const { FunctionError: failed, Payload: answer } = await kernel.send(
      invokerOf(kernel, integration, routed),
      new InvokeCommand({ FunctionName, InvocationType: 'RequestResponse', Payload: Buffer.from(payload) }),
    );
    return { failed: failed !== undefined, payload: Buffer.from(answer ?? []).toString() };
  } catch (error) {
    // A missing permission or function is the API's owner's mistake, and its users see no more than this.
    if (error instanceof AwsError && error.status !== 501) return FAILED;
    throw error;
  }
}

/** As whom a function is invoked: the integration's role, or API Gateway itself. @throws AwsError AccessDenied */
function invokerOf(kernel: Kernel, { credentials }: Integration, { api, stage, request, deployed }: Routed): Caller {
  const service = 'apigateway.amazonaws.com';
  // What a function's resource policy speaks of: `<api>/<stage>/<method>/<path of the resource>`.
  const from = `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${request.method}${deployed.path}`;
  if (credentials === undefined) return serviceCaller(service, api.account, api.region, from);
  return kernel.port.iam.assumeForService({
    ...{ roleArn: credentials, service, region: api.region },
    ...{ sessionName: 'BackplaneAssumeRoleSession', sourceArn: from },
  });
}

/** A service's or function's answer to what the request's template makes, as the integration's responses map it. */
async function mapped(kernel: Kernel, integration: Integration, routed: Routed): Promise<Answer> {
  const { uri = '', credentials } = integration;
  const [parameter] = Object.keys(integration.requestParameters ?? {}).filter((name) => !HARMLESS.test(name));
  if (parameter !== undefined) return notSimulated(`the request parameter ${parameter} of integrations`);
  if (integration.contentHandling !== undefined) return notSimulated('contentHandling of integrations');
  const body = bodyOf(integration, routed);
  if (typeof body !== 'string') return body;
  if (functionOf(uri, routed.stage.variables) !== undefined) {
    const invoked = await invoke(kernel, integration, routed, body);
    return 'status' in invoked ? invoked : made(mappedAnswer(integration, saidBy(invoked), routed));
  }
  const action = actionOf(uri);
  if (action === undefined) return notSimulated(`integrations with ${uri}`);
  if (credentials === undefined) return FAILED;
  const { status, body: told } = await callAction(kernel, action, credentials, body, routed);
  return made(mappedAnswer(integration, { said: String(status), body: told }, routed));
}

/** What says nothing that the protocol does not say itself. */
const HARMLESS = /^integration\.request\.header\.(Content-Type|X-Amz-Target)$/i;

const failure = z.object({ errorMessage: z.string() });

/** Of a function that failed, its error is held against the patterns. */
function saidBy({ failed, payload }: Invoked): Integrated {
  const body = Buffer.from(payload);
  if (!failed) return { said: '', body };
  try {
    return { said: failure.parse(JSON.parse(payload)).errorMessage, body };
  } catch {
    return { said: payload, body };
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html */
function bodyOf({ requestTemplates = {}, passthroughBehavior }: Integration, routed: Routed): string | Answer {
  const { request } = routed;
  const template = templateFor(requestTemplates, request.headers['content-type']);
  if (template === undefined) {
    const passes =
      passthroughBehavior === 'WHEN_NO_MATCH' ||
      (passthroughBehavior === 'WHEN_NO_TEMPLATES' && Object.keys(requestTemplates).length === 0);
    return passes ? request.body.toString('utf8') : UNSUPPORTED;
  }
  const rendered = renderTemplate(template, request.body, routed);
  if (rendered.kind === 'unknown') return notSimulated(rendered.what);
  return rendered.kind === 'broken' ? FAILED : rendered.text;
}
