/**
 * Parameters that a request gives.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html
 */
import { NotImplemented } from '../../../kernel/errors.ts';
import { own } from '../../../kernel/own.ts';
import type { HttpRequest } from '../../../wire/http.ts';
import { contextValue } from '../authorizers/http-identity.ts';
import type { Routed } from '../payload.ts';

const REFERENCE = /\$(?:request\.(?:header|querystring|path|body)|stageVariables|context)(?:\.[\w$-]+)*/;
const WHOLE = new RegExp(`^${REFERENCE.source}$`);
const WITHIN = new RegExp(`\\$\\{(${REFERENCE.source.slice(2)})\\}`, 'g');

/** @throws NotImplemented for a value that refers to what is not there here */
export function checkMapping(value: string): void {
  const references = WHOLE.test(value) ? [value] : [...value.matchAll(WITHIN)].map(([, inner = '']) => `$${inner}`);
  const left = WHOLE.test(value) ? '' : value.replaceAll(WITHIN, '');
  if (/\$(\{|request|context|stageVariables)/.test(left)) throw new NotImplemented(`the parameter mapping ${value}`);
  const unknown = references.find((one) => one.startsWith('$context.') && !contextValue.knows(one.slice(9)));
  if (unknown !== undefined) throw new NotImplemented(`${unknown} in a parameter mapping`);
}

/** The value, with what the request has in it; undefined where it is nothing but a reference to what is not there. */
export function mapped(value: string, request: HttpRequest, routed: Routed): string | undefined {
  if (WHOLE.test(value)) return textOf(valueOf(value.slice(1), request, routed));
  return value.replaceAll(WITHIN, (_, reference: string) => textOf(valueOf(reference, request, routed)) ?? '');
}

/** `request.header.name`, `request.body.a.b`, `context.requestId` */
function valueOf(reference: string, request: HttpRequest, routed: Routed): unknown {
  const [, place = '', name = ''] = /^(request\.[a-z]+|stageVariables|context)\.?(.*)$/.exec(reference) ?? [];
  switch (place) {
    case 'request.header':
      return own(request.headers, name.toLowerCase());
    case 'request.querystring':
      return request.query.get(name) ?? undefined;
    case 'request.path':
      return name === '' ? request.path : own(routed.pathParameters, name);
    case 'request.body':
      return name === '' ? request.body.toString('utf8') || undefined : memberOf(request.body, name.split('.'));
    case 'stageVariables':
      return own(routed.stageVariables, name);
    default:
      return contextValue.of(name, request, routed);
  }
}

function memberOf(body: Buffer, steps: readonly string[]): unknown {
  try {
    const whole: unknown = JSON.parse(body.toString('utf8'));
    return steps.reduce<unknown>((value, step) => own(Object.fromEntries(Object.entries(value ?? {})), step), whole);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
