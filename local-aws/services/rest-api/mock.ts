/**
 * Mock integrations: an answer of API Gateway's own. Its templates are written in VTL; those that are plain text are answered, and a
 * method with any other is not simulated.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
import type { Answer } from '../api-gateway/payload.ts';
import type { Integration, IntegrationResponse } from './apis.ts';

/** What stands for the answer where it cannot be made here. */
export interface NotSimulated {
  readonly notSimulated: string;
}

/** Undefined where the integration is configured wrongly, for which API Gateway answers 500. */
export function mockAnswer(
  integration: Integration,
  contentType: string | undefined,
): Answer | NotSimulated | undefined {
  const template = templateFor(integration.requestTemplates, contentType);
  if (template !== undefined && isProgram(template)) return { notSimulated: 'a request template with VTL' };
  const status = /["']?statusCode["']?\s*:\s*["']?(\d{3})/.exec(template ?? '')?.[1];
  if (status === undefined) return undefined;
  const response = responseFor(Object.values(integration.responses), status);
  if (response === undefined) return undefined;
  const body = templateFor(response.responseTemplates, undefined) ?? '';
  if (isProgram(body)) return { notSimulated: 'a response template with VTL' };
  const headers: Record<string, string> = {};
  for (const [to, from] of Object.entries(response.responseParameters ?? {})) {
    const name = /^method\.response\.header\.(.+)$/.exec(to)?.[1];
    const text = /^'(.*)'$/s.exec(from)?.[1];
    if (name === undefined || text === undefined) return { notSimulated: `the mapping of ${to} from ${from}` };
    headers[name.toLowerCase()] = text;
  }
  return {
    status: Number(response.statusCode),
    headers: { 'content-type': 'application/json', ...headers },
    cookies: [],
    body: Buffer.from(body),
  };
}

/** The response whose pattern the status has; otherwise the one without a pattern. */
function responseFor(responses: readonly IntegrationResponse[], status: string): IntegrationResponse | undefined {
  return (
    responses.find(
      ({ selectionPattern: pattern }) => pattern !== undefined && pattern !== '' && fits(pattern, status),
    ) ?? responses.find(({ selectionPattern: pattern }) => pattern === undefined || pattern === '')
  );
}

function fits(pattern: string, status: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(status);
  } catch {
    return false;
  }
}

function templateFor(
  templates: Readonly<Record<string, string>> | undefined,
  contentType: string | undefined,
): string | undefined {
  const type = contentType?.split(';')[0]?.trim() ?? 'application/json';
  return templates !== undefined && Object.hasOwn(templates, type) ? templates[type] : undefined;
}

/** Whether a template has directives or references. */
function isProgram(template: string): boolean {
  return /#(set|if|foreach|else|end|stop|macro|define|evaluate|\{)|\$[\w!{]/.test(template);
}
