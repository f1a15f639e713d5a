import * as z from 'zod';
import { problem, type Problem } from '../values/problems.ts';
import { findAliases } from './aliases.ts';
import { isOwnReference } from './own-reference.ts';
import { propertyOf, refName, type Resource, type Template } from './template.ts';
import type { PlannedEnvironment } from '../release/plan.ts';

/**
 * What a template changes or calls, and no grant can keep from it: functions that CodeDeploy calls for it, what is inside an HTTP API
 * or one of AppSync, where AWS compares no tags
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsappsync.html), and connections, which have none. All have to be of the template itself, or the policy names the API.
 */

const preference = z.object({
  DeploymentPreference: z.object({ Hooks: z.record(z.string(), z.unknown()) }),
});

/** Hooks that are no functions of the template. */
export function foreignHookProblems(template: Template, fileName: string): Problem[] {
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
    return [problem('template.hook-foreign', fileName, sentence, { places: [`Resources.${logicalId}`] })];
  });
}

/**
 * Connections of API destinations that are none of the template: what they sign in with would go to wherever the destination says.
 * IAM compares the connection's name where a destination is made, not where it is changed.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function foreignConnectionProblems(template: Template, fileName: string): Problem[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const connection = propertyOf(resource, 'ConnectionArn');
    if (resource.Type !== 'AWS::Events::ApiDestination' || connection === undefined) return [];
    if (isOwnReference(connection, template, /^AWS::Events::Connection$/)) return [];
    const sentence = `"${logicalId}" (${resource.Type}) has the connection ${JSON.stringify(connection)}, which is none of this template: name one of its own by Fn::GetAtt, or ask the platform team to set "execution" of the target to managed policies or a role of its own.`;
    const places = [`Resources.${logicalId}.Properties.ConnectionArn`];
    return [problem('template.connection-foreign', fileName, sentence, { places, who: 'either' })];
  });
}

const functionTypes = /^AWS::(Lambda|Serverless)::Function$/;
const apiTypes = /^AWS::(ApiGatewayV2::Api|AppSync::(GraphQLApi|Api)|Serverless::(HttpApi|WebSocketApi|GraphQLApi))$/;

/** What an environment's plan says of APIs. */
export type ApiPlan = Pick<PlannedEnvironment, 'entry' | 'sharedApis' | 'parameters'>;

/** Parts of APIs that are neither of the template nor named by the policy. */
export function foreignApiProblems(template: Template, planned: ApiPlan, fileName: string): Problem[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const api = propertyOf(resource, 'ApiId');
    if (!isInApi(resource) || api === undefined || isOwnReference(api, template, apiTypes)) return [];
    const id = textOf(api, template, planned.parameters);
    if (id !== undefined && planned.sharedApis?.includes(id) === true) return [];
    const which = JSON.stringify(id ?? api);
    const sentence = `"${logicalId}" (${resource.Type}) is in the API ${which}, which is none of this template: name one of its own by Ref, or have the platform team list the id in "services.${planned.entry}.sharedApis" of the policy, and give it as it is or by a parameter.`;
    const places = [`Resources.${logicalId}.Properties.ApiId`];
    return [problem('template.api-foreign', fileName, sentence, { places, who: 'either' })];
  });
}

/** A text that stands in the template, or that the manifest gives. What an import or SSM gives is said by another stack. */
function textOf(value: unknown, template: Template, given: Readonly<Record<string, string>>): string | undefined {
  if (typeof value === 'string') return value;
  const name = refName(value) ?? '';
  const parameter = textParameter.safeParse(template.Parameters?.[name]).data;
  return parameter === undefined ? undefined : (given[name] ?? parameter.Default);
}

const textParameter = z.object({ Type: z.literal('String'), Default: z.string().exactOptional() });

function isInApi({ Type }: Resource): boolean {
  return /^AWS::(ApiGatewayV2|AppSync)::/.test(Type);
}
