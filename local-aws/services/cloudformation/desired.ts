import { holds } from './conditions.ts';
import { validationError } from './errors.ts';
import { dependencies, type Dependencies } from './graph.ts';
import type { Scope } from './intrinsics.ts';
import type { ParameterValues } from './parameters.ts';
import type { ResourceDefinition, Template } from './template.ts';
import { NO_VALUE } from './values.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Where a stack is and what it is called, for the pseudo parameters. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
}

/** What a stack shall be: a template with the value of every parameter. */
export interface Desired {
  readonly template: Template;
  readonly parameters: ParameterValues;
  readonly tags: readonly Tag[];
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  /** What other stacks exported when this was prepared, by name. */
  readonly imports: ReadonlyMap<string, string>;
}

/** How Ref and Fn::GetAtt see resources: as they stand, or unknown while a change set is drawn up. */
export interface ResourceView {
  physicalId(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
}

/** The scope that a template's values are evaluated in. */
export function scopeOf(desired: Desired, place: Place, view: ResourceView): Scope {
  const { template, parameters, imports } = desired;
  const open = new Set<string>();
  const scope: Scope = {
    ref: (name) => {
      const parameter = parameters.get(name);
      if (parameter !== undefined) return parameter.value;
      if (name.startsWith('AWS::')) return pseudoParameter(name, place, desired);
      if (template.resources.has(name)) return view.physicalId(name);
      throw unresolved(name);
    },
    attribute: (name, attribute) => {
      if (!template.resources.has(name)) throw unresolved(name);
      return view.attribute(name, attribute);
    },
    condition: (name) => {
      if (!template.conditions.has(name))
        throw validationError(`Template error: unresolved condition dependency ${name}`);
      if (open.has(name)) throw validationError(`Template error: Found circular condition dependency ${name}`);
      open.add(name);
      try {
        return holds(template.conditions.get(name), scope);
      } finally {
        open.delete(name);
      }
    },
    mapping: (name) => template.mappings.get(name),
    exported: (name) => {
      const value = imports.get(name);
      if (value === undefined) throw validationError(`No export named ${name} found.`);
      return value;
    },
  };
  return scope;
}

/** For conditions, rules and parameters, which may not refer to resources. */
export const NO_RESOURCES: ResourceView = {
  physicalId: (logicalId) => {
    throw validationError(
      `Template format error: Unresolved dependencies [${logicalId}]. Cannot reference resources in the Conditions block of the template`,
    );
  },
  attribute: (logicalId) => NO_RESOURCES.physicalId(logicalId),
};

/** The resources whose condition holds. */
export function includedResources(desired: Desired, place: Place): ReadonlyMap<string, ResourceDefinition> {
  const { condition } = scopeOf(desired, place, NO_RESOURCES);
  return new Map(
    [...desired.template.resources].filter(([, { Condition }]) => Condition === undefined || condition(Condition)),
  );
}

/** What the resources whose condition holds wait for. */
export function dependenciesOf(desired: Desired, place: Place): Dependencies {
  return dependencies(includedResources(desired, place), scopeOf(desired, place, NO_RESOURCES).condition);
}

function pseudoParameter(name: string, place: Place, desired: Desired): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return place.account;
    case 'AWS::Region':
      return place.region;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return place.stackName;
    case 'AWS::StackId':
      return place.stackId;
    case 'AWS::NotificationARNs':
      return desired.notificationArns;
    case 'AWS::NoValue':
      return NO_VALUE;
    default:
      throw unresolved(name);
  }
}

function unresolved(name: string): Error {
  return validationError(
    `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
  );
}
