import * as z from 'zod';
import { problem, type Problem } from '../values/problems.ts';
import { findAliases } from './aliases.ts';
import { isOwnReference } from './own-reference.ts';
import { propertyOf, type Resource, type Template } from './template.ts';

/**
 * What a template changes or calls, and no grant can keep from it: functions that CodeDeploy calls for it, and what is inside an
 * HTTP API, where AWS compares no tags (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html).
 * Both have to be of the template itself.
 */
export function foreignPartProblems(template: Template, fileName: string): Problem[] {
  return [...hookProblems(template, fileName), ...apiProblems(template, fileName)];
}

const preference = z.object({
  DeploymentPreference: z.object({ Hooks: z.record(z.string(), z.unknown()) }),
});

function hookProblems(template: Template, fileName: string): Problem[] {
  const ofAliases = findAliases(template).flatMap(({ logicalId, codeDeploy }) =>
    [codeDeploy?.beforeHook, codeDeploy?.afterHook].map((hook) => ({ logicalId, hook })),
  );
  const ofSam = Object.entries(template.Resources).flatMap(([logicalId, { Properties }]) =>
    Object.values(preference.safeParse(Properties).data?.DeploymentPreference.Hooks ?? {}).map((hook) => ({
      logicalId,
      hook,
    })),
  );
  return [...ofAliases, ...ofSam].flatMap(({ logicalId, hook }) => {
    if (hook === undefined || isOwnReference(hook, template, functionTypes)) return [];
    const sentence = `"${logicalId}" has the hook ${JSON.stringify(hook)}: name a function of this template by Ref.`;
    return [problem('template.hook-foreign', fileName, sentence)];
  });
}

const functionTypes = /^AWS::(Lambda|Serverless)::Function$/;
const apiTypes = /^AWS::(ApiGatewayV2::Api|Serverless::(HttpApi|WebSocketApi))$/;

function apiProblems(template: Template, fileName: string): Problem[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const api = propertyOf(resource, 'ApiId');
    if (!isInApi(resource) || api === undefined || isOwnReference(api, template, apiTypes)) return [];
    const sentence = `"${logicalId}" (${resource.Type}) is in the API ${JSON.stringify(api)}, which is none of this template: name one of its own by Ref, or leave the routes of a shared API to the stack that has it.`;
    return [problem('template.api-foreign', fileName, sentence)];
  });
}

function isInApi({ Type }: Resource): boolean {
  return Type.startsWith('AWS::ApiGatewayV2::');
}
