import type { TransformAnswer, TransformRequest, Transforms } from 'local-aws/transform';
import { isNotExpanded, SAM_TRANSFORM, transform } from 'sam-transform';

/** How the local AWS, which has no transforms of its own, expands templates of SAM: `startLocalAws({ transforms: samTransforms })`. */
export const samTransforms: Transforms = { [SAM_TRANSFORM]: expandSam };

function expandSam(request: TransformRequest): TransformAnswer {
  const { template, errors } = transform(request);
  if (template !== undefined) return { template };
  const notImplemented = errors.find(isNotExpanded);
  if (notImplemented !== undefined) return { notImplemented };
  const count = `Number of errors found: ${errors.length}.`;
  return { refused: ['Invalid Serverless Application Specification document.', count, ...errors].join(' ') };
}
