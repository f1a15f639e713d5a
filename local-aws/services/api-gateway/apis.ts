import type { RouteSettings, AccessLogSettings } from '@aws-sdk/client-apigatewayv2';
import { randomBytes } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Call } from '../../kernel/service.ts';
import type { Listener } from './listener.ts';

export interface Api {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly routes: Map<string, Route>;
  readonly integrations: Map<string, Integration>;
  /** By name. */
  readonly stages: Map<string, Stage>;
  readonly tags: Map<string, string>;
  readonly listener: Listener;
  name: string;
  description?: string | undefined;
  version?: string | undefined;
}

export interface Route {
  readonly id: string;
  /** `GET /pets/{id}`, `ANY /{proxy+}`, or `$default`. */
  key: string;
  authorization: 'NONE' | 'AWS_IAM';
  operationName?: string | undefined;
  /** The id of the integration. */
  integration?: string | undefined;
}

export interface Integration {
  readonly id: string;
  /** As it was given: a function's ARN, or API Gateway's own form of one. */
  uri: string;
  timeoutMilliseconds: number;
  description?: string | undefined;
}

export interface Stage {
  readonly name: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  description?: string | undefined;
  variables: Record<string, string>;
  /** Kept and shown; nothing is throttled here. */
  defaultRouteSettings?: RouteSettings | undefined;
  /** Kept and shown; no access log is written here. */
  accessLogSettings?: AccessLogSettings | undefined;
}

/** Every account's and region's HTTP APIs, by id. */
export class Apis {
  private readonly apis = new Map<string, Api>();

  /**
   * An API and a stage have tags of their own; only in REST APIs has what is inside those of its API:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
   */
  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    const [, id = '', stage] = /^arn:aws:apigateway:[^:]*::\/apis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn) ?? [];
    const api = this.apis.get(id);
    return stage === undefined ? api?.tags : api?.stages.get(stage)?.tags;
  }

  add(api: Api): void {
    this.apis.set(api.id, api);
  }

  /** @throws AwsError NotFoundException */
  of({ caller }: Call, id: string | undefined): Api {
    const api = this.apis.get(id ?? '');
    if (api?.account !== caller.account || api.region !== caller.region)
      throw notFound(`Invalid API identifier specified ${caller.account}:${id ?? ''}`);
    return api;
  }

  /** Where the API of that id answers here. */
  endpointOf(id: string, region: string): string | undefined {
    const api = this.apis.get(id);
    return api?.region === region ? api.listener.endpoint() : undefined;
  }

  list({ caller }: Call): Api[] {
    return [...this.apis.values()].filter(
      ({ account, region }) => account === caller.account && region === caller.region,
    );
  }

  async delete(api: Api): Promise<void> {
    this.apis.delete(api.id);
    await api.listener.close();
  }

  async close(): Promise<void> {
    for (const api of this.apis.values()) await api.listener.close();
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An id as API Gateway makes them. */
export function newId(length: number): string {
  return [...randomBytes(length)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, 404);
}

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message, 400);
}

/** A member that AWS demands. @throws AwsError BadRequestException */
export function required<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw badRequest(`${member} is a required field`);
  return value;
}
