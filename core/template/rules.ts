import { foreignAssetProblems } from './foreign-assets.ts';
import { foreignHookProblems } from './foreign-parts.ts';
import { guardTemplate, unknownGuards } from './guard/guard.ts';
import { hiddenValueProblems } from './hidden-parameters.ts';
import { ownMetadataProblems } from './own-metadata.ts';
import { ownTagProblems } from './own-tags.ts';
import { parameterValueProblems } from './parameter-rules.ts';
import { quotaProblems } from './quotas.ts';
import { structureProblems } from './structure-problems.ts';
import { unknownReferenceProblems } from './unknown-references.ts';
import { likelyMeant } from '../values/alike.ts';
import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { isReservedMember } from '../values/records.ts';
import { firstUnsafe } from '../values/text.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { recoveryFunction } from '../manifest/recovery.ts';
import { assetBucketParameter, keyOfAssetUri } from './asset-bucket.ts';
import { refName } from './template.ts';
import type { Template } from './template.ts';

/**
 * What the engine requires of a template before it touches an account: parameters that exist, assets that are in the
 * artifact, names that exist, a form that CloudFormation takes, nothing larger than AWS takes, no traffic shift of its own, and no nested stack.
 *
 * @param assets names of the entries under `assets/`
 */
export function templateProblems(template: Template, manifest: Manifest, assets: readonly string[]): Problem[] {
  return [
    ...assetProblems(template, manifest.template, assets),
    ...isolationProblems(template, manifest),
    ...parameterProblems(template, manifest),
    ...parameterValueProblems(template, manifest),
    ...hiddenValueProblems(template, manifest),
    ...referenceProblems(template, manifest),
    ...unknownReferenceProblems(template, manifest.template),
    ...structureProblems(template, manifest.template),
    ...quotaProblems(template, manifest),
    ...weightProblems(template, manifest.template),
    ...nestingProblems(template, manifest.template),
    ...nameProblems(template, manifest.template),
    ...shapeProblems(template, manifest.template),
    ...guardProblems(template, manifest),
  ];
}

/** What keeps functions from being guarded, of a template as it was written. */
function guardProblems(template: Template, manifest: Manifest): Problem[] {
  const { guard = [], newUrls = [] } = manifest;
  const told = (path: string, sentence: string): Problem => problem('template.guard', path, sentence);
  return [
    ...guard.flatMap((id, index) =>
      unknownGuards(template, { guard: [id] }).map((sentence) => told(`guard[${index}]`, sentence)),
    ),
    ...newUrls.flatMap((id, index) =>
      unknownGuards(template, { newUrls: [id] }).map((sentence) => told(`newUrls[${index}]`, sentence)),
    ),
    ...guardTemplate(template, manifest).problems.map((sentence) => told(guardPath(sentence, guard), sentence)),
  ];
}

/** The first entry of the manifest's `guard` that a sentence names. */
function guardPath(sentence: string, guard: readonly string[]): string {
  const named = guard.map((id, index) => (new RegExp(`\\b${id}\\b`).test(sentence) ? [`guard[${index}]`] : []));
  return named.flat().slice(0, 1).join();
}

/**
 * What a template may not take from another service, or say of whose it is, where no grant can keep from it. To be asked again of
 * a template whose transforms are expanded.
 */
export function isolationProblems(template: Template, manifest: Manifest): Problem[] {
  return [
    ...foreignAssetProblems(template, manifest),
    ...foreignHookProblems(template, manifest.template),
    ...ownTagProblems(template, manifest.template),
    ...ownMetadataProblems(template, manifest.template),
  ];
}

/** Assets that a template names and its artifact does not have. @param assets names of the entries under `assets/` */
export function missingAssets(template: Template, assets: readonly string[]): string[] {
  return [...new Set(namedAssets(template))].filter((key) => !assets.includes(key));
}

/** SAM's `Globals` may name the code of all functions. */
function namedAssets(template: Template): string[] {
  return assetKeys([template.Resources, template['Globals']]);
}

function assetProblems(template: Template, fileName: string, assets: readonly string[]): Problem[] {
  const missing = missingAssets(template, assets);
  const undeclared = namedAssets(template).length > 0 && template.Parameters?.[assetBucketParameter] === undefined;
  return [
    ...missing.map((key) =>
      problem(
        'template.asset-missing',
        fileName,
        `The template names "${key}", which is not in the archive: pack it again.`,
      ),
    ),
    ...(undeclared
      ? [
          problem(
            'template.bucket-parameter-missing',
            fileName,
            `The template must declare the parameter ${assetBucketParameter}: "sluice pack" does.`,
          ),
        ]
      : []),
  ];
}

/** Keys of objects in the target's asset bucket: `S3Bucket` and `S3Key` of Lambda, `Bucket` and `Key` of SAM and others, `s3://bucket/key`. */
function assetKeys(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const named = keyOfAssetUri(value);
  if (named !== undefined) return [named];
  const members = new Map<string, unknown>(Object.entries(value));
  const pairs = [
    ['S3Bucket', 'S3Key'],
    ['Bucket', 'Key'],
    ['BucketName', 'ObjectKey'],
  ] as const;
  const own = pairs.flatMap(([bucket, key]) => {
    const name = members.get(key);
    return refName(members.get(bucket)) === assetBucketParameter && typeof name === 'string' ? [name] : [];
  });
  return [...own, ...[...members.values()].flatMap(assetKeys)];
}

function parameterProblems(template: Template, { template: fileName, parameters = {} }: Manifest): Problem[] {
  const declared = Object.keys(template.Parameters ?? {});
  return Object.entries(parameters).flatMap(([environment, values]) =>
    Object.keys(values)
      .filter((name) => !declared.includes(name))
      .map((name) => {
        const path = `parameters.${environment}.${name}`;
        return problem(
          'template.parameter-unknown',
          path,
          `"${path}" is no parameter of "${fileName}": declare or remove it.`,
        );
      }),
  );
}

function referenceProblems(template: Template, manifest: Manifest): Problem[] {
  const { alarms = [], checks = {} } = manifest;
  const recovery = recoveryFunction(manifest);
  const outputs = Object.keys(template.Outputs ?? {});
  const ids = Object.keys(template.Resources);
  const known = {
    alarm: ids.filter((id) => isAlarm(template, id)),
    function: ids.filter((id) => isFunction(template, id)),
    output: outputs,
  };
  const missing = (path: string, name: string, what: keyof typeof known): Problem => {
    const sentence = `"${path}" names "${name}", but the template has no ${what} of that name.`;
    return problem('template.name-unknown', path, `${sentence}${likelyMeant(name, known[what])}`);
  };
  const listed = (['smoke', 'traffic'] as const).flatMap((kind) =>
    (checks[kind] ?? []).map((check, index) => ({ check, path: `checks.${kind}[${index}]` })),
  );
  return [
    ...alarms
      .map((name, index) => ({ name, path: `alarms[${index}]` }))
      .filter(({ name }) => !isAlarm(template, name))
      .map(({ name, path }) => missing(path, name, 'alarm')),
    ...listed.flatMap(({ check, path }) => {
      if ('http' in check) return outputs.includes(check.http) ? [] : [missing(`${path}.http`, check.http, 'output')];
      return isFunction(template, check.invoke) ? [] : [missing(`${path}.invoke`, check.invoke, 'function')];
    }),
    ...(recovery === undefined || isFunction(template, recovery)
      ? []
      : [missing('dataChanges.recovery', recovery, 'function')]),
  ];
}

function isAlarm({ Resources }: Template, name: string): boolean {
  return /^AWS::CloudWatch::(Composite)?Alarm$/.test(Resources[name]?.Type ?? '');
}

function isFunction({ Resources }: Template, name: string): boolean {
  const type = Resources[name]?.Type;
  return type === 'AWS::Lambda::Function' || type === 'AWS::Serverless::Function';
}

function weightProblems(template: Template, fileName: string): Problem[] {
  return Object.entries(template.Resources)
    .filter(([, { Type, Properties }]) => Type === 'AWS::Lambda::Alias' && Properties?.['RoutingConfig'] !== undefined)
    .map(([name]) =>
      problem(
        'template.alias-weights',
        fileName,
        `The alias "${name}" has a RoutingConfig: remove it, the engine moves the traffic.`,
        { places: [`Resources.${name}.Properties.RoutingConfig`] },
      ),
    );
}

/** The resources of a nested stack could not be previewed, shifted or rolled back one by one. */
function nestingProblems(template: Template, fileName: string): Problem[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::CloudFormation::Stack' || Type === 'AWS::Serverless::Application')
    .map(([name, { Type }]) =>
      problem(
        'template.nested-stack',
        fileName,
        `"${name}" (${Type}) is a nested stack, whose functions would move all at once and could not be rolled back one by one: put its resources into the template itself (in the CDK a Construct in place of NestedStack, in the Serverless Framework without a plugin that splits stacks), or make it a service of its own.`,
        { places: [`Resources.${name}.Type`] },
      ),
    );
}

/**
 * Names that CloudFormation takes for none.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
 */
function shapeProblems(template: Template, fileName: string): Problem[] {
  return (['Resources', 'Parameters', 'Outputs'] as const).flatMap((section) =>
    Object.keys(template[section] ?? {})
      .filter((name) => !/^[A-Za-z0-9]+$/.test(name) && firstUnsafe(name) === undefined && !isReservedMember(name))
      .map((name) => {
        const sentence = `The name "${name}" in ${section} has other characters than letters and digits, which CloudFormation refuses: rename it.`;
        return problem('template.name-malformed', fileName, sentence, { places: [`${section}.${name}`] });
      }),
  );
}

/** Names and types are quoted to people. CloudFormation would refuse these, too, but only when the release is on its way. */
function nameProblems(template: Template, fileName: string): Problem[] {
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  const sections = [template.Resources, template.Parameters, template.Outputs, template.Conditions, template.Mappings];
  const names = new Set([...sections.flatMap((section = {}) => Object.keys(section)), ...types]);
  return [...names].flatMap((name) => {
    if (isReservedMember(name)) {
      const sentence = `The name "${name}" in the template is one of JavaScript's own, and would not be kept: choose another.`;
      return [problem('template.name-reserved', fileName, sentence)];
    }
    const unsafe = firstUnsafe(name);
    if (unsafe === undefined) return [];
    const sentence = `The name "${name}" in the template holds the character ${unsafe}, which cannot be seen or changes what people see: remove it.`;
    return [problem('template.unsafe-character', fileName, sentence)];
  });
}
