import { recordOf } from '../values/records.ts';
import { canonicalJson } from '../release/chain.ts';
import { functionMeant } from './function-reference.ts';
import { attributeReference, propertyOf, resourcesOfType } from './template.ts';
import type { Resource, Template } from './template.ts';

const ALIAS = 'AWS::Lambda::Alias';
export const VERSION = 'AWS::Lambda::Version';

/** An alias of a template, and what it names. */
export interface TemplateAlias {
  readonly logicalId: string;
  /** Logical id of its function; absent when the function is not in the template. */
  readonly functionId?: string;
  /** Logical id of the version it names; absent when it names one by number. */
  readonly versionId?: string;
  /** Name of the alias, where the template gives it as text. */
  readonly name?: string;
  readonly codeDeploy?: CodeDeployPolicy;
}

/** What `UpdatePolicy.CodeDeployLambdaAliasUpdate` names: text, or a `Ref` to a resource of the template. */
interface CodeDeployPolicy {
  readonly application: unknown;
  readonly group: unknown;
  readonly beforeHook?: unknown;
  readonly afterHook?: unknown;
}

/** Every alias of a processed template. */
export function findAliases(template: Template): TemplateAlias[] {
  return resourcesOfType(template, ALIAS).map(([logicalId, resource]) => describeAlias(template, logicalId, resource));
}

/** May the alias be pinned to a version of the live function? Not when it moves to another function. */
export function guardsSameFunction(next: Template, live: Template, logicalId: string): boolean {
  const [after, before] = [next.Resources[logicalId], live.Resources[logicalId]];
  if (before?.Type !== ALIAS) return false;
  const sameProperty = (name: string): boolean =>
    canonicalJson(propertyOf(after, name)) === canonicalJson(propertyOf(before, name));
  const functionId = functionMeant(next, propertyOf(after, 'FunctionName'));
  const physical = (template: Template): string =>
    canonicalJson([
      propertyOf(functionOf(template, functionId), 'FunctionName'),
      propertyOf(functionOf(template, functionId), 'PackageType') ?? 'Zip',
    ]);
  return sameProperty('FunctionName') && sameProperty('Name') && physical(next) === physical(live);
}

function functionOf(template: Template, functionId: string | undefined): Resource | undefined {
  return functionId === undefined ? undefined : template.Resources[functionId];
}

function describeAlias(template: Template, logicalId: string, resource: Resource): TemplateAlias {
  const functionId = functionMeant(template, propertyOf(resource, 'FunctionName'));
  const version = attributeReference(propertyOf(resource, 'FunctionVersion'));
  const name = propertyOf(resource, 'Name');
  const codeDeploy = readUpdatePolicy(resource);
  return {
    logicalId,
    ...(functionId === undefined ? {} : { functionId }),
    ...(version?.attribute === 'Version' ? { versionId: version.name } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    ...(codeDeploy === undefined ? {} : { codeDeploy }),
  };
}

function readUpdatePolicy(resource: Resource): CodeDeployPolicy | undefined {
  const { CodeDeployLambdaAliasUpdate: update } = recordOf(resource['UpdatePolicy']);
  if (update === undefined || update === null) return undefined;
  const { ApplicationName, DeploymentGroupName, BeforeAllowTrafficHook, AfterAllowTrafficHook } = recordOf(update);
  return {
    application: ApplicationName,
    group: DeploymentGroupName,
    ...(BeforeAllowTrafficHook === undefined ? {} : { beforeHook: BeforeAllowTrafficHook }),
    ...(AfterAllowTrafficHook === undefined ? {} : { afterHook: AfterAllowTrafficHook }),
  };
}
