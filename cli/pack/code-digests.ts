import { refName } from '../../core/template/template.ts';
import { recordOf } from '../../core/values/records.ts';
import type { Problem } from '../../core/values/problems.ts';
import type { TemplateDocument } from './places.ts';
import type { TakenIn } from './point-to-assets.ts';
import { packProblem } from './problems.ts';

/**
 * Versions that say which code they are of (`CodeSha256`, as the Serverless Framework writes it), and whose function has other code:
 * CloudFormation would publish none.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html
 */
export function digestProblems(template: TemplateDocument, taken: readonly TakenIn[]): Problem[] {
  const digests = new Map(
    taken.map(({ place, asset }) => [place, Buffer.from(asset.sha256, 'hex').toString('base64')]),
  );
  return Object.entries(recordOf(template['Resources'])).flatMap(([logicalId, resource]) => {
    const { Type: type, Properties: properties } = recordOf(resource);
    const { CodeSha256: named, FunctionName: target } = recordOf(properties);
    const name = refName(target);
    const digest = digests.get(`Resources.${name ?? ''}.Properties.Code`);
    if (type !== 'AWS::Lambda::Version' || typeof named !== 'string') return [];
    if (name === undefined || digest === undefined || digest === named) return [];
    const place = `Resources.${logicalId}.Properties.CodeSha256`;
    const sentence = `"${place}" is of other code (${named}) than "${name}" has (${digest}): template and zips are of different builds, so build again.`;
    return [packProblem('pack.build-differs', place, sentence)];
  });
}
