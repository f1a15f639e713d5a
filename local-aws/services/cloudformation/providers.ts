import { NotImplemented } from '../../kernel/errors.ts';
import { validationError } from './errors.ts';
import type { ResourceProvider } from './provider.ts';
import { withRecordedProperties } from './recorded/recorded-properties.ts';
import { recordedProvider } from './recorded/recorded-provider.ts';
import type { RecordedResources } from './recorded/recorded-resources.ts';
import { specificationOf } from './specification/specification.ts';

/** The resource types that a template may have, by name. */
export interface Providers {
  /** Undefined where the type is refused. */
  get(type: string): ResourceProvider | undefined;
  /** Why a type is refused. @param logicalId of the resource that has it */
  refusal(type: string, logicalId: string): Error;
}

/** Types whose resources would be wrong if nothing came of them: they make other resources, or wait for something. */
const NEVER_RECORDED: ReadonlySet<string> = new Set(
  ['CustomResource', 'Macro', 'Stack', 'StackSet', 'WaitCondition'].map((name) => `AWS::CloudFormation::${name}`),
);

/** "Custom resource type names can include alphanumeric characters and the following characters: _@-", 60 at most. */
const CUSTOM_TYPE = /^Custom::[A-Za-z0-9_@-]{1,60}$/;

/**
 * The types that behave, some of their properties recorded, one that stands for all that authors of templates make up, and every other that AWS's specification knows, recorded.
 * @param strict refuses what is only recorded
 */
export function createProviders(
  behaving: readonly ResourceProvider[],
  { recorded: resources, custom }: { readonly recorded: RecordedResources; readonly custom: ResourceProvider },
  { strict = false }: { readonly strict?: boolean | undefined } = {},
): Providers {
  const known = new Map(
    [...behaving, custom].map((provider) => [
      provider.type,
      strict ? provider : withRecordedProperties(provider, resources),
    ]),
  );
  const specified = (type: string): boolean => type.startsWith('AWS::') && specificationOf(type) !== undefined;
  return {
    get: (type) => {
      const found = known.get(CUSTOM_TYPE.test(type) ? custom.type : type);
      if (found !== undefined || strict || NEVER_RECORDED.has(type) || !type.startsWith('AWS::')) return found;
      const specification = specificationOf(type);
      if (specification === undefined) return undefined;
      const provider = recordedProvider(specification, resources);
      known.set(type, provider);
      return provider;
    },
    refusal: (type, logicalId) =>
      specified(type)
        ? new NotImplemented(`the resource type ${type} (of ${logicalId})`)
        : validationError(`Template format error: Unrecognized resource types: [${type}]`),
  };
}
