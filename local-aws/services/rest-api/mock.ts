/**
 * Mock integrations: an answer of API Gateway's own.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
import type { Answer } from '../api-gateway/payload.ts';
import type { Integration } from './apis.ts';
import type { Routed } from './event.ts';
import { mappedAnswer, templateFor, type NotSimulated } from './mapped-answer.ts';
import { renderTemplate } from './templates/render.ts';

/** Undefined where the integration is configured wrongly, for which API Gateway answers 500. */
export function mockAnswer(integration: Integration, routed: Routed): Answer | NotSimulated | undefined {
  const { request } = routed;
  const template = templateFor(integration.requestTemplates, request.headers['content-type']);
  if (template === undefined) return undefined;
  const rendered = renderTemplate(template, request.body, routed);
  if (rendered.kind === 'unknown') return { notSimulated: rendered.what };
  if (rendered.kind === 'broken') return undefined;
  const status = /["']?statusCode["']?\s*:\s*["']?(\d{3})/.exec(rendered.text)?.[1];
  // A mock integration answers with nothing, of which the response makes something.
  return status === undefined ? undefined : mappedAnswer(integration, { said: status, body: Buffer.alloc(0) }, routed);
}
