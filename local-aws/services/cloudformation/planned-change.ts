import type { Properties } from './provider.ts';
import type { Recreation } from './specification/recreation.ts';

/**
 * One reason why one property (or another attribute of the resource) changes; the API's ResourceChangeDetail.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail.html
 */
export interface Detail {
  readonly attribute: ResourceAttribute;
  /** The property, where the attribute is Properties. */
  readonly name?: string;
  readonly requiresRecreation: Recreation;
  readonly evaluation: 'Static' | 'Dynamic';
  readonly source: 'DirectModification' | 'ParameterReference' | 'ResourceReference' | 'ResourceAttribute';
  readonly entity?: string;
  /** Shown with IncludePropertyValues only. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * What a change set would do to one resource; the words are those of the API's ResourceChange.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
 */
export interface PlannedChange {
  readonly action: 'Add' | 'Modify' | 'Remove' | 'Import';
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly replacement?: 'True' | 'False' | 'Conditional';
  readonly policyAction?: 'Delete' | 'Retain' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
  readonly scope: readonly ResourceAttribute[];
  readonly details: readonly Detail[];
  readonly before?: Properties;
  readonly after?: Properties;
}

type ResourceAttribute = 'Properties' | 'Metadata' | 'Tags' | 'UpdatePolicy' | 'DeletionPolicy' | 'UpdateReplacePolicy';
