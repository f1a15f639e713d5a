import type { Resolve } from './parameters.ts';
import type { Fields } from './values.ts';
import type { Deployments } from '../functions/deployments.ts';
import type { SharedPlan } from '../apis/usage-plan.ts';

/** What the expansion of one resource has to know of the template around it. */
export interface Context {
  /** The template's resources, SAM's and others, as they are so far. */
  readonly resources: Fields;
  /** The template's conditions; the expansion adds to them. */
  readonly conditions: Fields;
  readonly region: string;
  readonly partition: string;
  readonly resolve: Resolve;
  readonly findInMaps: Resolve;
  readonly deployments: Deployments;
  readonly sharedPlan: SharedPlan;
  /** Record set groups of custom domains, by logical id. */
  readonly recordSets: Map<string, Fields>;
}
