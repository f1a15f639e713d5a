import * as z from 'zod';
import type { Manifest } from '../manifest/manifest.ts';
import { problem, type Problem } from '../values/problems.ts';
import { isCustomResource } from './custom-resource.ts';
import { assetBucketParameter, keyOfAssetUri } from './asset-bucket.ts';
import { referredName, refName, type Template } from './template.ts';

/** What the names of buckets of Sluice's begin with: code of all services of a target, artifacts, evidence and digests. */
const OWN = ['sluice-assets-', 'sluice-releases-', 'sluice-evidence-', 'sluice-digests-'] as const;

/** Members by which a template says where code lies: bucket and key, or both in one text. */
const PAIRS = [
  ['S3Bucket', 'S3Key'],
  ['Bucket', 'Key'],
  ['BucketName', 'ObjectKey'],
] as const;
/** Members in which `Bucket` and `Key` are no code: CloudFormation hands them on as they are. */
const NO_CODE =
  /^(Environment|Definition|DefinitionString|DefinitionSubstitutions|EventPattern|Policies|PolicyDocument|AssumeRolePolicyDocument)$/;
const URI = /^(CodeUri|ContentUri|DefinitionUri|SchemaUri|Location|\w+S3Location|ScriptLocation|TemplateURL)$/;

const stringParameter = z.object({ Type: z.literal('String'), Default: z.string().optional() });

/** A template, and what its parameters may be. */
interface Reading {
  readonly template: Template;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/**
 * Places from which a template would take code that is not its own. All services of a target have their code in one bucket, of
 * which a template names objects of its own artifact alone, as packing writes it: the bucket by `Ref` of its parameter, the key as
 * text. Any other bucket has to be one of which the template itself shows that it is not Sluice's.
 */
export function foreignAssetProblems(template: Template, { template: fileName, parameters = {} }: Manifest): Problem[] {
  const reading = { template, values: valuesOf(template, Object.values(parameters)) };
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) =>
    // What reads the properties of a custom resource is a function, by its own role, which no bucket of Sluice's lets in.
    (isCustomResource(resource.Type) ? [] : findForeign(resource, reading)).map((what) =>
      problem(
        'template.asset-foreign',
        fileName,
        `"${logicalId}" (${resource.Type}) takes code from ${what}: name code by its folder and pack it again, or name another bucket as text.`,
        { places: [`Resources.${logicalId}`] },
      ),
    ),
  );
}

/** Every text that a parameter of the template may have: its default, and what the manifest gives it anywhere. */
function valuesOf({ Parameters = {} }: Template, given: readonly Readonly<Record<string, unknown>>[]) {
  return Object.fromEntries(
    Object.entries(Parameters).flatMap(([name, body]) => {
      const parameter = stringParameter.safeParse(body).data;
      if (parameter === undefined || name === assetBucketParameter) return [];
      const values = [parameter.Default, ...given.map((values) => values[name])];
      return [[name, values.filter((value) => value !== undefined).map(String)]];
    }),
  );
}

function findForeign(value: unknown, reading: Reading): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => findForeign(item, reading));
  if (typeof value !== 'object' || value === null) return [];
  const members = new Map<string, unknown>(Object.entries(value));
  const own = PAIRS.flatMap(([bucket, key]) =>
    members.has(bucket) && members.has(key) ? judge(members.get(bucket), members.get(key), reading) : [],
  );
  const named = [...members].flatMap(([name, text]) => (URI.test(name) ? judgeUri(text) : []));
  const inner = [...members].filter(([name]) => !NO_CODE.test(name)).flatMap(([, one]) => findForeign(one, reading));
  return [...own, ...named, ...inner];
}

function judge(bucket: unknown, key: unknown, reading: Reading): string[] {
  if (refName(bucket) === assetBucketParameter)
    return typeof key === 'string' ? [] : [`a key of ${assetBucketParameter} that is not written as text`];
  const beginnings = beginningsOf(bucket, reading);
  if (beginnings === undefined)
    return [`a bucket that is named in a way Sluice cannot check (${JSON.stringify(bucket)})`];
  return beginnings.some(mayBeOwn) ? [`a bucket that is, or may be, one of Sluice’s (${JSON.stringify(bucket)})`] : [];
}

function judgeUri(value: unknown): string[] {
  // Whether it is of the release's own archive is judged as for every asset.
  if (keyOfAssetUri(value) !== undefined) return [];
  const text = JSON.stringify(value);
  const names = text.includes(assetBucketParameter) || OWN.some((own) => text.toLowerCase().includes(own));
  return names && !hasPair(value) ? [`a bucket of Sluice’s (${text})`] : [];
}

/** A place that is given by bucket and key is judged by them. */
function hasPair(value: unknown): boolean {
  return typeof value === 'object' && value !== null && PAIRS.some(([bucket, key]) => bucket in value && key in value);
}

/** Could a name that begins so be one of Sluice's? Also where it goes on with what is not known here, as a dynamic reference. */
function mayBeOwn(beginning: string): boolean {
  const text = beginning.toLowerCase().replace(/\{\{[^]*$/, '');
  return OWN.some((own) => own.startsWith(text) || text.startsWith(own));
}

const substitution = z.strictObject({ 'Fn::Sub': z.string() });
const joined = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown()).min(1)]) });

/** What the text may begin with; undefined where the template does not show it. */
function beginningsOf(value: unknown, reading: Reading): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  const text = substitution.safeParse(value).data?.['Fn::Sub'];
  if (text !== undefined) {
    const first = /^\$\{([^!}][^}]*)\}/.exec(text)?.[1];
    return first === undefined ? [text.replace(/\$[^]*$/, '')] : beginningsOf({ Ref: first.trim() }, reading);
  }
  const join = joined.safeParse(value).data?.['Fn::Join'];
  if (join !== undefined) return beginningsOf(join[1][0], reading);
  return ofReference(value, reading);
}

function ofReference(value: unknown, { template, values }: Reading): readonly string[] | undefined {
  const name = referredName(value) ?? '';
  // A bucket of the template's own: CloudFormation may make none that is called as Sluice's.
  if (name in template.Resources) return ['-'];
  // Names of accounts are digits.
  return name === 'AWS::AccountId' ? ['0'] : values[name];
}
