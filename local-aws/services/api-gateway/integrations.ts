/** What integrations may be: with functions (AWS_PROXY), in either payload format. */
import { NotImplemented } from '../../kernel/errors.ts';
import { newId, type Integration } from './apis.ts';
import { badRequest, required } from './errors.ts';
import { functionArn } from './respond.ts';

interface Settings {
  readonly IntegrationType?: string | undefined;
  readonly IntegrationMethod?: string | undefined;
  readonly PayloadFormatVersion?: string | undefined;
  readonly ConnectionType?: string | undefined;
}

/** What an integration is made of, by itself or in a definition. */
interface Given extends Settings {
  readonly IntegrationUri?: string | undefined;
  readonly CredentialsArn?: string | undefined;
  readonly TimeoutInMillis?: number | undefined;
  readonly Description?: string | undefined;
}

/** A new integration with a function. @throws AwsError BadRequestException @throws NotImplemented for any other */
export function newIntegration(given: Given): Integration {
  checkSettings(given);
  return {
    id: newId(7),
    uri: checkedUri(required(given.IntegrationUri, 'IntegrationUri')),
    payloadFormat: checkedFormat(required(given.PayloadFormatVersion, 'PayloadFormatVersion')),
    credentials: given.CredentialsArn,
    timeoutMilliseconds: checkedTimeout(given.TimeoutInMillis ?? 30_000),
    description: given.Description,
  };
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
