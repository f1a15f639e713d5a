/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html */
import * as z from 'zod';
import type { Integration } from './apis.ts';
import { newIntegration } from './integrations.ts';
import { read } from './read.ts';

const texts = z.record(z.string(), z.coerce.string());
const responseSchema = z.strictObject({
  statusCode: z.coerce.string().default('200'),
  responseParameters: texts.optional(),
  responseTemplates: texts.optional(),
  contentHandling: z.string().optional(),
});
const integrationSchema = z.strictObject({
  type: z
    .string()
    .transform((type) => type.toUpperCase())
    .pipe(z.enum(['AWS', 'AWS_PROXY', 'HTTP', 'HTTP_PROXY', 'MOCK'])),
  uri: z.string().optional(),
  httpMethod: z.string().optional(),
  credentials: z.string().optional(),
  connectionType: z.literal('INTERNET').optional(),
  contentHandling: z.string().optional(),
  passthroughBehavior: z.string().optional(),
  // Of HTTP APIs; in REST APIs it changes nothing.
  payloadFormatVersion: z.literal(['1.0', '2.0']).optional(),
  requestParameters: texts.optional(),
  requestTemplates: texts.optional(),
  timeoutInMillis: z.coerce.number().optional(),
  responses: z.record(z.string(), responseSchema).default({}),
});

/** @throws AwsError BadRequestException @throws NotImplemented for what is not implemented, by name */
export function readIntegration(given: unknown, where: string): Integration {
  const { responses, httpMethod: integrationHttpMethod, ...rest } = read(integrationSchema, given, where);
  return {
    ...newIntegration({ ...rest, integrationHttpMethod }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([pattern, response]) => [
        response.statusCode,
        { ...response, ...(pattern === 'default' ? {} : { selectionPattern: pattern }) },
      ]),
    ),
  };
}
