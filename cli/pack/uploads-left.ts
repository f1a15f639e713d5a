import { refName } from '../../core/template/template.ts';
import { recordOf } from '../../core/values/records.ts';
import type { Problem } from '../../core/values/problems.ts';
import { PAIRS } from './location.ts';
import type { TemplateDocument } from './places.ts';
import { packProblem } from './problems.ts';
import { TextCoder } from './text-coder.ts';

/** What the bucket of `cdk bootstrap` is called: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html */
const BOOTSTRAPPED = /^cdk-[a-z0-9]{1,10}-assets-/;
const ADDRESS = /^(?:s3:\/\/|https:\/\/s3[^/]*\/)(?=cdk-[a-z0-9]{1,10}-assets-[^/]*\/)/;
/** Members that name code or documents by an address. */
const CODE = /^(Code|CodeUri|Content|ContentUri|DefinitionUri|SchemaUri|S3|\w*S3Location|SourceBundle)$/;

/** Code that the template finds where a build tool, or the stack's first creation, would have put it: there is none. */
export function uploadsLeft(template: TemplateDocument): Problem[] {
  const coder = new TextCoder();
  const buckets = new Set(
    Object.entries(recordOf(template['Resources']))
      .filter(([, resource]) => recordOf(resource)['Type'] === 'AWS::S3::Bucket')
      .map(([logicalId]) => logicalId),
  );
  return Object.entries(recordOf(template['Resources']))
    .filter(([, resource]) => recordOf(resource)['Type'] !== 'AWS::CloudFormation::Stack')
    .flatMap(([logicalId, resource]) => leftIn(resource, ['Resources', logicalId], buckets, coder));
}

function leftIn(value: unknown, path: readonly string[], buckets: ReadonlySet<string>, coder: TextCoder): Problem[] {
  const text = coder.encode(value);
  if (text !== undefined) return ADDRESS.test(text) ? [ofTheCdk(path)] : [];
  if (typeof value !== 'object' || value === null) return [];
  const members = recordOf(value);
  const [bucket] = PAIRS.find((pair) => pair.every((name) => name in members)) ?? [];
  if (bucket !== undefined) {
    if (BOOTSTRAPPED.test(coder.encode(members[bucket]) ?? '')) return [ofTheCdk(path)];
    const own = refName(members[bucket]);
    if (own !== undefined && buckets.has(own) && isCode(path)) return [ofTheTemplate(path, own)];
  }
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    leftIn(inner, [...path, name], buckets, coder),
  );
}

function isCode(path: readonly string[]): boolean {
  return CODE.test(path.filter((name) => !/^(Fn::If|[12])$/.test(name)).at(-1) ?? '');
}

function ofTheCdk(path: readonly string[]): Problem {
  const place = path.join('.');
  const sentence = `"${place}" names an object in the bucket to which the CDK uploads, and an artifact brings none there: pack the folder with the cdk.out that the template is from (--app), not the template alone.`;
  return packProblem('pack.upload-left', place, sentence);
}

function ofTheTemplate(path: readonly string[], bucket: string): Problem {
  const place = path.join('.');
  const sentence = `"${place}" names code in "${bucket}", which the template itself makes and which is empty then: name the code by its path, or pack the folder with the .serverless that the template is from (--app).`;
  return packProblem('pack.upload-left', place, sentence);
}
