import { executionIn } from '../policy/execution.ts';
import { problem, type Problem } from '../values/problems.ts';
import { assetBucketParameter } from './asset-bucket.ts';
import { isCustomResource } from './custom-resource.ts';
import { findReferences } from './references.ts';
import { certainResources } from './resolve.ts';
import type { PlannedStack } from './target-problem.ts';

/**
 * Custom resources whose function reads an asset of the artifact, as the CDK's `BucketDeployment` does: in the bucket of assets lies the
 * code of all services of a target, and the boundary that Sluice makes lets no role of a service into it. In the middle of the change the
 * function would be refused.
 * @param fileName of the template in the artifact
 */
export function assetReaderProblems(stack: PlannedStack, fileName: string): Problem[] {
  if (executionIn(stack.planned.executions, stack).boundary !== undefined) return [];
  return certainResources(stack).flatMap(([logicalId, { Type, Properties }]) => {
    const reads = findReferences(Properties).parametersAndResources.has(assetBucketParameter);
    if (!isCustomResource(Type) || !reads) return [];
    const sentence = `"${logicalId}" (${Type}) has a function read files of the artifact (a BucketDeployment of the CDK, say) by a role of this service, and the boundary that Sluice makes lets no such role into the bucket of assets: bring the files there by another way, or ask the platform team for a "boundary" of its own, or "none", in "execution" of the target.`;
    const places = [`Resources.${logicalId}.Properties`];
    return [problem('template.asset-out-of-reach', fileName, sentence, { places, who: 'either' })];
  });
}
