import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { approvalDocument, approvalList } from '../../core/contract/api/approvals.ts';
import * as actions from '../../core/contract/api/actions.ts';
import * as documents from '../../core/contract/api/documents.ts';
import { evidencePage } from '../../core/contract/api/evidence.ts';
import { liveAtList, servedDocument } from '../../core/contract/api/live-at.ts';
import { metricsDocument } from '../../core/contract/api/metrics.ts';
import { comparisonDocument } from '../../core/contract/api/comparison.ts';
import { waitingList, whoDocument } from '../../core/contract/api/people.ts';
import { verificationDocument } from '../../core/contract/api/verification.ts';
import { planDocument } from '../../core/contract/api/plans.ts';
import { type ApiRoute, apiRoutes, isSigned, type Operation } from '../../core/contract/api/routes.ts';
import { isTokenRoute, tokenPrefix } from '../../core/contract/api/token-routes.ts';
import { type Described, operations } from './operations.ts';

type Json = Readonly<Record<string, unknown>>;

/** Schemas that have a name of their own; the others stand where they are used. */
const named: Readonly<Record<string, z.ZodType>> = {
  Problem: documents.problemDocument,
  Release: documents.releaseDocument,
  Releases: documents.releaseList,
  Transition: documents.transitionDocument,
  Transitions: documents.transitionList,
  Live: documents.liveDocument,
  LiveList: documents.liveList,
  Served: servedDocument,
  LiveAtList: liveAtList,
  Environment: documents.environmentDocument,
  Evidence: evidencePage,
  Approval: approvalDocument,
  Approvals: approvalList,
  Plan: planDocument,
  Verification: verificationDocument,
  Metrics: metricsDocument,
  Comparison: comparisonDocument,
  WaitingApprovals: waitingList,
  Caller: whoDocument,
  Intervention: actions.interventionDocument,
  Action: actions.actionDocument,
  Demand: actions.demandDocument,
  Decision: actions.decisionDocument,
};

const names = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(named)) names.add(schema, { id });

/**
 * The description of the HTTP API, by OpenAPI 3.1, made of the routes and of the schemas that parse.
 * https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of entriesOf(apiRoutes))
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: operation(name, route, operations[name]),
    };
  return {
    openapi: '3.1.1',
    info: {
      title: 'Sluice',
      version: ownVersion(),
      summary: 'The ledger of releases, and what people do to them',
      description:
        'Requests are signed by AWS Signature Version 4 for the service `execute-api`; or, under the second server, have an access token of the OpenID provider. Answers to GET have a strong ETag: with `If-None-Match`, what has not changed is answered by 304. Lists page by an opaque cursor, which is good for its own list.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [bySignature, byToken],
    security: [{ iam: [] }],
    tags: [...new Set(Object.values(operations).map(({ tag }) => tag))].map((tag) => ({ name: tag })),
    paths,
    components: { schemas: components(), responses: refusals, headers, parameters, securitySchemes },
  };
}

const serverVariables = {
  api: { default: 'abcdefghij', description: 'Id of the API: the stack’s output has the whole address' },
  region: { default: 'us-east-1' },
};

const address = 'https://{api}.execute-api.{region}.amazonaws.com';
const bySignature = {
  url: address,
  description: 'For requests that are signed by AWS Signature Version 4 (`iam`)',
  variables: serverVariables,
};
const byToken = {
  url: `${address}${tokenPrefix}`,
  description: 'For requests with an access token (`token`), where the policy has `oidc.api`',
  variables: serverVariables,
};

const securitySchemes = {
  iam: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'AWS Signature Version 4; the caller needs execute-api:Invoke on the route',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token of the policy’s OpenID provider for `oidc.api.audience`. `read` and `act` stand for the scopes that the policy names so (`oidc.api.scopes`)',
  },
};

const headers = {
  ETag: { description: 'Changes whenever the document does', schema: { type: 'string' } },
};

const parameters = {
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'ETags that the caller has; 304 where the document is one of them',
    schema: { type: 'string' },
  },
};

const gatewayRefusal = { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] };
const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const refusals = {
  Problem: { description: 'What is wrong, and what to do (RFC 9457)', content: problem },
  Forbidden: {
    description:
      'Sluice’s refusal; or that of API Gateway, of a request that is not signed or whose caller IAM does not permit',
    content: { ...problem, 'application/json': { schema: gatewayRefusal } },
  },
  TokenInvalid: {
    description: 'By the second server alone: the access token is none of the issuer’s that holds now, for this API',
    headers: {
      'WWW-Authenticate': { description: '`Bearer error="invalid_token"` (RFC 6750)', schema: { type: 'string' } },
    },
    content: problem,
  },
  Unchanged: { description: 'The caller has the document already', headers: etag() },
};

function etag(): Json {
  return { ETag: { $ref: '#/components/headers/ETag' } };
}

function operation(name: Operation, route: ApiRoute, described: Described): Json {
  const { summary, tag, path = {}, query, body, answer, status = 200 } = described;
  const reads = route.method === 'GET';
  const given = [
    ...Object.entries(path).map(([parameter, schema]) => ({
      ...{ name: parameter, in: 'path', required: true },
      schema: schemaOf(schema, 'input'),
    })),
    ...(query === undefined ? [] : queryParameters(query)),
    ...(reads ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
  ];
  return {
    operationId: name,
    summary,
    tags: [tag],
    ...accessTo(route),
    ...(given.length === 0 ? {} : { parameters: given }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
    responses: {
      [status]: {
        description: summary,
        ...(reads ? { headers: etag() } : {}),
        content: { 'application/json': { schema: schemaOf(answer, 'output') } },
      },
      ...(reads ? { '304': { $ref: '#/components/responses/Unchanged' } } : {}),
      ...(takesTokens(route) ? { '401': { $ref: '#/components/responses/TokenInvalid' } } : {}),
      '403': { $ref: '#/components/responses/Forbidden' },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function takesTokens({ path }: ApiRoute): boolean {
  return isTokenRoute(`${tokenPrefix}${path}`);
}

/** By which server an operation is asked, and by what; nothing where it is as the whole document says. */
function accessTo(route: ApiRoute): Json {
  if (takesTokens(route)) return { security: [{ iam: [] }, { token: [route.method === 'GET' ? 'read' : 'act'] }] };
  return { servers: [bySignature], ...(isSigned(route) ? {} : { security: [] }) };
}

function queryParameters(query: z.ZodObject): Json[] {
  const required: readonly unknown[] = listOf(schemaOf(query, 'input')['required']);
  return Object.entries(recordOf(schemaOf(query, 'input')['properties'])).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const id = names.get(schema)?.id;
  if (id !== undefined && io === 'output') return { $ref: `#/components/schemas/${id}` };
  return withoutNames({ ...z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) });
}

function components(): Json {
  const { schemas } = z.toJSONSchema(names, { io: 'output', uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutNames({ ...schema })]));
}

/** Within this document they are found by their place. */
function withoutNames(schema: Record<string, unknown>): Json {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema' && name !== '$id'));
}

function entriesOf(routes: typeof apiRoutes): [Operation, ApiRoute][] {
  const all: [Operation, ApiRoute][] = [];
  for (const name in routes) if (isOperation(name)) all.push([name, routes[name]]);
  return all;
}

function isOperation(name: string): name is Operation {
  return Object.hasOwn(apiRoutes, name);
}

function recordOf(value: unknown): Json {
  return z.record(z.string(), z.unknown()).catch({}).parse(value);
}

function listOf(value: unknown): unknown[] {
  return z.array(z.unknown()).catch([]).parse(value);
}

function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
