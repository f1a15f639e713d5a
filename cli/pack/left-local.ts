import { recordOf } from '../../core/values/records.ts';
import type { Problem } from '../../core/values/problems.ts';
import { localLocation } from './include.ts';
import { isS3Address } from './location.ts';
import { branches, codePlaces, placeName, type CodePlace, type TemplateDocument } from './places.ts';
import { packProblem } from './problems.ts';
import { uploadsLeft } from './uploads-left.ts';

/** Values that a parameter has in any environment, besides its default. */
export type GivenValues = readonly Readonly<Record<string, string>>[];

/**
 * Everything in a packed template that still means something on this machine, or may: no artifact names code that it does not hold.
 * @param given parameters of the manifest, of each environment
 */
export function leftLocal(template: TemplateDocument, given: GivenValues): Problem[] {
  return [
    ...codePlaces(template).flatMap((place) => computed(place, template, given)),
    ...Object.entries(recordOf(template['Resources'])).flatMap(([logicalId, resource]) => [
      ...localImage(logicalId, resource, template),
      ...unknownPaths(logicalId, resource, { template, given }),
    ]),
    ...includesOfAll(template['Transform']),
    ...uploadsLeft(template),
  ];
}

/** A path that is put together, or chosen, when the template is deployed. */
function computed(place: Pick<CodePlace, 'path' | 'value'>, template: TemplateDocument, given: GivenValues): Problem[] {
  const [name, ...others] = Object.keys(recordOf(place.value));
  if (name === undefined || others.length > 0 || !/^(Ref|Fn::\w+)$/.test(name)) return [];
  const inS3 =
    name === 'Ref' ? isParameterOfS3(place.value, template, given) : JSON.stringify(place.value).includes('"s3://');
  if (inS3) return [];
  const sentence = `"${placeName(place)}" names code by ${name}, which is known only when it is deployed: write the path as text, so that what it names is packed.`;
  return [packProblem('pack.path-computed', placeName(place), sentence)];
}

function isParameterOfS3(value: unknown, template: TemplateDocument, given: GivenValues): boolean {
  const name = String(recordOf(value)['Ref']);
  const parameter = recordOf(template['Parameters'])[name];
  if (parameter === undefined) return false;
  const { Type: type, Default: standard } = recordOf(parameter);
  const values = [standard, ...given.map((values) => values[name])].filter((one) => one !== undefined);
  return type !== 'String' || values.every((one) => typeof one === 'string' && isS3Address(one));
}

/** An image in a registry of AWS stays where it is; one that is built here is in none. */
const IN_REGISTRY = /^\d{12}\.dkr[.-]ecr\./;

function localImage(logicalId: string, resource: unknown, template: TemplateDocument): Problem[] {
  const { Type: type, Properties: properties } = recordOf(resource);
  const given = recordOf(properties);
  const shared = recordOf(recordOf(template['Globals'])['Function']);
  const sam = type === 'AWS::Serverless::Function';
  if (!sam && type !== 'AWS::Lambda::Function') return [];
  const image = sam ? (given['ImageUri'] ?? shared['ImageUri']) : recordOf(given['Code'])['ImageUri'];
  const built = image === undefined && (given['PackageType'] ?? shared['PackageType']) === 'Image';
  if (!built && (typeof image !== 'string' || IN_REGISTRY.test(image))) return [];
  const sentence = `"${logicalId}" is a container image of this machine, and an artifact holds none: push it to a registry of AWS (ECR), name it by its digest in "ImageUri", or package the function as a zip.`;
  return [packProblem('pack.image-local', `Resources.${logicalId}`, sentence)];
}

/** Members that name code or documents, whatever has them. */
const PATH_MEMBER =
  /^(CodeUri|ContentUri|DefinitionUri|SchemaUri|\w*S3Location|ScriptLocation|SourceBundle|TemplateURL)$/;
const NAMES_CODE = /\.(CodeUri|ContentUri|DefinitionUri|SchemaUri)(\.Fn::If\.[12])*$/;
/** Members whose content is the application's own, whatever its names are. */
const OWN_CONTENT =
  /^(Environment|Definition|DefinitionBody|DefinitionString|DefinitionSubstitutions|EventPattern|Body|Input|Tags)$/;
/** Nested stacks are refused as such; what custom resources are given is their own. */
const OTHERS = /^(AWS::CloudFormation::(Stack|CustomResource)|AWS::Serverless::Application|Custom::.*)$/;

/** Paths in properties that neither the AWS CLI nor this knows to take in. */
function unknownPaths(
  logicalId: string,
  resource: unknown,
  { template, given }: { readonly template: TemplateDocument; readonly given: GivenValues },
): Problem[] {
  const { Type: type, Properties: properties } = recordOf(resource);
  if (OTHERS.test(String(type))) return [];
  const known = codePlaces(template).map(placeName);
  return pathsIn(properties, ['Resources', logicalId, 'Properties']).flatMap((named) => {
    const place = placeName(named);
    if (known.includes(place)) return [];
    // Others name folders of logs and results, too, which are put together.
    if (typeof named.value !== 'string') return NAMES_CODE.test(place) ? computed(named, template, given) : [];
    const sentence = `"${place}" (${String(type)}) names "${named.value}", and packing does not take in what this property names: put it into S3 and name it there, or into the template itself.`;
    return [packProblem('pack.path-left', place, sentence)];
  });
}

/** Values of all members that name code or documents, but for addresses. */
function pathsIn(value: unknown, path: readonly string[]): Pick<CodePlace, 'path' | 'value'>[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (OWN_CONTENT.test(name)) return [];
    const here = [...path, name];
    if (!PATH_MEMBER.test(name)) return pathsIn(inner, here);
    const named = branches(inner, here).filter((branch) => !isAddress(branch.value));
    return [...named, ...pathsIn(inner, here)];
  });
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && (/^(s3|https?):\/\//.test(value) || value.startsWith('{{resolve:'));
}

/** The template's own `Transform` may include a file, too, into all of it. */
function includesOfAll(transform: unknown): Problem[] {
  const transforms: readonly unknown[] = Array.isArray(transform) ? transform : [transform];
  return transforms.flatMap((one) => {
    const location = localLocation(one);
    if (location === undefined) return [];
    const sentence = `"Transform" includes "${location}" into the whole template: write it into the template, or include it where it belongs by Fn::Transform.`;
    return [packProblem('pack.path-left', 'Transform', sentence)];
  });
}
