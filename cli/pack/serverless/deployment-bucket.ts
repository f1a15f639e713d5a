import { recordOf } from '../../../core/values/records.ts';
import type { Problem } from '../../../core/values/problems.ts';
import type { TemplateDocument } from '../places.ts';
import { packProblem } from '../problems.ts';
import { withoutMembers } from '../without-members.ts';

/** To this bucket Serverless uploads the code: https://www.serverless.com/framework/docs/providers/aws/guide/deploying */
const BUCKET = 'ServerlessDeploymentBucket';
const POLICY = 'ServerlessDeploymentBucketPolicy';
const OUTPUT = 'ServerlessDeploymentBucketName';

/** The template without the bucket that is there for Serverless alone, its policy and its output. */
export function withoutDeploymentBucket(template: TemplateDocument): TemplateDocument {
  const without = withoutMembers(withoutMembers(template, 'Resources', [BUCKET, POLICY]), 'Outputs', [OUTPUT]);
  const resources = Object.entries(recordOf(without['Resources'])).map(([id, one]) => [id, withoutDependency(one)]);
  return { ...without, Resources: Object.fromEntries(resources) };
}

function withoutDependency(resource: unknown): unknown {
  const { DependsOn: given, ...others } = recordOf(resource);
  if (given === undefined) return resource;
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  const left = names.filter((name) => name !== BUCKET && name !== POLICY);
  return left.length === 0 ? others : { ...others, DependsOn: given === left[0] ? given : left };
}

/** What still refers to the bucket, besides code. */
export function references(template: TemplateDocument): Problem[] {
  return placesOf(template, []).map((place) => {
    const sentence = `"${place}" refers to ${BUCKET}, to which Serverless uploads, and an artifact needs and brings none: refer to a bucket of your own.`;
    return packProblem('pack.upload-left', place, sentence);
  });
}

function placesOf(value: unknown, path: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const members = recordOf(value);
  if (members['Ref'] === BUCKET || firstOf(members['Fn::GetAtt']) === BUCKET || inSub(members['Fn::Sub']))
    return [path.join('.')];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === 'S3Bucket' && 'S3Key' in value ? [] : placesOf(inner, [...path, name]),
  );
}

function firstOf(attribute: unknown): unknown {
  return Array.isArray(attribute) ? attribute[0] : String(attribute).split('.')[0];
}

function inSub(given: unknown): boolean {
  const text: unknown = Array.isArray(given) ? given[0] : given;
  return typeof text === 'string' && new RegExp(`\\$\\{${BUCKET}[.}]`).test(text);
}
