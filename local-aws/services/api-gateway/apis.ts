import type { RouteSettings, AccessLogSettings } from '@aws-sdk/client-apigatewayv2';
import { randomBytes } from 'node:crypto';
import type { HttpAuthorizer } from './authorizers/authorizer.ts';
import type { CorsConfiguration } from './cors.ts';
import type { Listener } from './listener.ts';
import { ApiRegistry } from './registry.ts';

export interface Api {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly routes: Map<string, Route>;
  readonly integrations: Map<string, Integration>;
  readonly authorizers: Map<string, HttpAuthorizer>;
  /** By name. */
  readonly stages: Map<string, Stage>;
  readonly tags: Map<string, string>;
  readonly listener: Listener;
  cors?: CorsConfiguration | undefined;
  name: string;
  description?: string | undefined;
  version?: string | undefined;
  /** `ipv4` unless it is said. */
  ipAddressType?: 'ipv4' | 'dualstack' | undefined;
}

export interface Route {
  readonly id: string;
  /** `GET /pets/{id}`, `ANY /{proxy+}`, or `$default`. */
  key: string;
  authorization: 'NONE' | 'AWS_IAM' | 'JWT' | 'CUSTOM';
  /** Of the last two. */
  authorizerId?: string | undefined;
  /** Of which a token has to have one; none where any token will do. */
  authorizationScopes: readonly string[];
  operationName?: string | undefined;
  /** The id of the integration. */
  integration?: string | undefined;
  /** Made by the API's target. */
  managed?: true;
}

export interface Integration {
  readonly id: string;
  target: FunctionIntegration | ServiceIntegration;
  payloadFormat: '1.0' | '2.0';
  /** The role as which the target is called; without one, API Gateway invokes a function in its own name. */
  credentials?: string | undefined;
  managed?: true;
  timeoutMilliseconds: number;
  description?: string | undefined;
}

interface FunctionIntegration {
  readonly kind: 'function';
  /** As it was given: a function's ARN, or API Gateway's own form of one. */
  readonly uri: string;
}

/** An operation of a service, without a function between. */
export interface ServiceIntegration {
  readonly kind: 'service';
  /** `StepFunctions-StartSyncExecution` */
  readonly subtype: string;
  /** What it is called with, by name: texts in which `$request.body` and the like stand for what a request has. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly name: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  readonly managed?: true;
  description?: string | undefined;
  variables: Record<string, string>;
  /** Kept and shown; nothing is throttled here. */
  defaultRouteSettings?: RouteSettings | undefined;
  /** Kept and shown; no access log is written here. */
  accessLogSettings?: AccessLogSettings | undefined;
}

/** Every account's and region's HTTP APIs, by id. */
export class Apis extends ApiRegistry<Api> {
  /**
   * An API and a stage have tags of their own; only in REST APIs has what is inside those of its API:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
   */
  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    const [, id = '', stage] = /^arn:aws:apigateway:[^:]*::\/apis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn) ?? [];
    const api = this.apis.get(id);
    return stage === undefined ? api?.tags : api?.stages.get(stage)?.tags;
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An id as API Gateway makes them. */
export function newId(length: number): string {
  return [...randomBytes(length)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
