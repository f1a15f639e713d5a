/** What integrations may be (AWS_PROXY): with functions, in either payload format, or with operations of services. */
import { NotImplemented } from '../../kernel/errors.ts';
import { newId, type Integration } from './apis.ts';
import { badRequest, required } from './errors.ts';
import { checkMapping } from './integrated-services/mapping.ts';
import { checkSubtype } from './integrated-services/subtypes.ts';

interface Settings {
  readonly IntegrationType?: string | undefined;
  readonly IntegrationMethod?: string | undefined;
  readonly PayloadFormatVersion?: string | undefined;
  readonly ConnectionType?: string | undefined;
}

/** What an integration is made of, by itself or in a definition. */
interface Given extends Settings {
  readonly IntegrationUri?: string | undefined;
  readonly IntegrationSubtype?: string | undefined;
  readonly RequestParameters?: Readonly<Record<string, string>> | undefined;
  readonly CredentialsArn?: string | undefined;
  readonly TimeoutInMillis?: number | undefined;
  readonly Description?: string | undefined;
}

/** A new integration. @throws AwsError BadRequestException @throws NotImplemented for any other */
export function newIntegration(given: Given): Integration {
  checkSettings(given);
  return {
    id: newId(7),
    target: targetOf(given),
    payloadFormat: checkedFormat(required(given.PayloadFormatVersion, 'PayloadFormatVersion')),
    credentials: given.CredentialsArn,
    timeoutMilliseconds: checkedTimeout(given.TimeoutInMillis ?? 30_000),
    description: given.Description,
  };
}

/** What is called. @throws AwsError BadRequestException @throws NotImplemented for any other */
export function targetOf(given: Given): Integration['target'] {
  const { IntegrationSubtype: subtype, RequestParameters: parameters = {}, IntegrationUri: uri } = given;
  if (subtype === undefined) {
    const [name] = Object.keys(parameters);
    if (name !== undefined) throw new NotImplemented(`RequestParameters (${name}) of an integration with a function`);
    return { kind: 'function', uri: checkedUri(required(uri, 'IntegrationUri')) };
  }
  if (uri !== undefined) throw badRequest('IntegrationUri is not for integrations with a subtype.');
  if (given.PayloadFormatVersion === '2.0') throw badRequest('PayloadFormatVersion has to be 1.0 for subtypes.');
  required(given.CredentialsArn, 'CredentialsArn');
  checkSubtype(subtype, parameters);
  for (const value of Object.values(parameters)) checkMapping(value);
  return { kind: 'service', subtype, parameters };
}

export function checkedFormat(version: string): Integration['payloadFormat'] {
  if (version === '1.0' || version === '2.0') return version;
  throw badRequest('PayloadFormatVersion must be 1.0 or 2.0.');
}

export function checkSettings(settings: Settings): void {
  const { IntegrationType: type, IntegrationMethod: method, ConnectionType: connection } = settings;
  if (type !== undefined && type !== 'AWS_PROXY') throw new NotImplemented(`IntegrationType ${type} of HTTP APIs`);
  if (method !== undefined && method !== 'POST')
    throw badRequest('HttpMethod must be POST for AWS_PROXY IntegrationType.');
  if (connection !== undefined && connection !== 'INTERNET')
    throw new NotImplemented(`ConnectionType ${connection} of HTTP APIs`);
}

export function checkedUri(uri: string): string {
  if (/^arn:aws:lambda:[^:]+:\d{12}:function:/.test(functionArn(uri))) return uri;
  throw new NotImplemented(`the integration URI ${uri} of an HTTP API`);
}

export function checkedTimeout(milliseconds: number): number {
  if (milliseconds >= 50 && milliseconds <= 30_000) return milliseconds;
  throw badRequest('Timeout should be between 50 ms and 30000 ms');
}

/** `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<arn>/invocations` wraps a function's ARN. */
export function functionArn(uri: string): string {
  return /^arn:aws:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}
