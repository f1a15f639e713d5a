/**
 * What comes of an integration's answer: which of the integration's responses it is, and what that makes of it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
 */
import { select } from '../states/jsonpath/select.ts';
import { isJson } from '../states/json.ts';
import type { Answer } from '../api-gateway/payload.ts';
import type { Integration, IntegrationResponse } from './apis.ts';
import type { Routed } from './event.ts';
import { renderTemplate } from './templates/render.ts';

/** What stands for the answer where it cannot be made here. */
export interface NotSimulated {
  readonly notSimulated: string;
}

/** What an integration answered. */
export interface Integrated {
  /** What the responses' patterns are held against: a status, or a function's error. */
  readonly said: string;
  readonly body: Buffer;
}

/** Undefined where the integration is configured wrongly, for which API Gateway answers 500. */
export function mappedAnswer(
  integration: Integration,
  { said, body }: Integrated,
  routed: Routed,
): Answer | NotSimulated | undefined {
  const response = responseFor(Object.values(integration.responses), said);
  if (response === undefined) return undefined;
  if (response.contentHandling !== undefined) return { notSimulated: 'contentHandling of integration responses' };
  const headers: Record<string, string> = {};
  for (const [to, from] of Object.entries(response.responseParameters ?? {})) {
    const name = /^method\.response\.header\.(.+)$/.exec(to)?.[1];
    const text = parameterOf(from, body);
    if (name === undefined || text === undefined) return { notSimulated: `the mapping of ${to} from ${from}` };
    headers[name.toLowerCase()] = text;
  }
  const template = templateFor(response.responseTemplates, 'application/json');
  const rendered = template === undefined ? undefined : renderTemplate(template, body, routed);
  if (rendered?.kind === 'broken') return undefined;
  if (rendered?.kind === 'unknown') return { notSimulated: rendered.what };
  return {
    status: rendered?.override.status ?? Number(response.statusCode),
    headers: { 'content-type': 'application/json', ...headers, ...rendered?.override.headers },
    cookies: [],
    body: rendered === undefined ? body : Buffer.from(rendered.text),
  };
}

/** `'text'`, or `integration.response.body.<path>`; undefined for any other. */
function parameterOf(from: string, body: Buffer): string | undefined {
  const text = /^'(.*)'$/s.exec(from)?.[1];
  if (text !== undefined) return text;
  const path = /^integration\.response\.body\.(.+)$/.exec(from)?.[1];
  if (path === undefined) return undefined;
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    const found = isJson(input) ? select(`$.${path}`, { input, context: null, variables: {} }) : undefined;
    return typeof found === 'string' ? found : found === undefined ? '' : JSON.stringify(found);
  } catch {
    return '';
  }
}

/** The response whose pattern it has; otherwise the one without a pattern. */
function responseFor(responses: readonly IntegrationResponse[], said: string): IntegrationResponse | undefined {
  return (
    responses.find(({ selectionPattern: pattern }) => pattern !== undefined && pattern !== '' && fits(pattern, said)) ??
    responses.find(({ selectionPattern: pattern }) => pattern === undefined || pattern === '')
  );
}

function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 's').test(text);
  } catch {
    return false;
  }
}

export function templateFor(
  templates: Readonly<Record<string, string>> | undefined,
  contentType: string | undefined,
): string | undefined {
  const type = contentType?.split(';')[0]?.trim() ?? 'application/json';
  return templates !== undefined && Object.hasOwn(templates, type) ? templates[type] : undefined;
}
