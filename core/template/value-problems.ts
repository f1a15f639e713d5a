import { problem, type Problem } from '../values/problems.ts';
import { cutText } from '../values/text.ts';
import { type Wrong, wrongValues, type WrongValue } from './property-values.ts';
import { type Kind, shapesOf } from './specification/kinds.ts';
import { transformsOf, type Template } from './template.ts';

/** A value that a resource's type does not take. */
interface Found extends WrongValue {
  readonly logicalId: string;
  readonly type: string;
  /** `VpcConfig.SubnetIds`; empty for the resource itself. */
  readonly path: string;
}

/**
 * Values that CloudFormation cannot make into what their properties hold, and required properties that are missing: it refuses them while
 * it makes the resource. What a condition leaves out is not judged.
 * @param fileName of the template in the artifact
 */
export function valueProblems(template: Template, fileName: string): Problem[] {
  return found(template).flatMap((one) => {
    const { conditional, place, wrong } = one;
    if (conditional || wrong.is === 'choice') return [];
    const code = wrong.is === 'missing' ? 'template.property-missing' : 'template.property-value';
    return [problem(code, fileName, sentence(one), { places: [place] })];
  });
}

/** Sentences about values that may be newer than this version of Sluice, and about what is wrong only where a condition holds. */
export function valueRemarks(template: Template): string[] {
  return found(template)
    .filter(({ conditional, wrong }) => conditional || wrong.is === 'choice')
    .map((one) => `${sentence(one)} (${one.place})`);
}

/** Not of a template with a macro, which may make anything of it. */
function found(template: Template): Found[] {
  if (transformsOf(template).some((name) => !name.startsWith('AWS::'))) return [];
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const shapes = shapesOf(resource.Type);
    if (shapes === undefined) return [];
    const place = `Resources.${logicalId}.Properties`;
    return wrongValues(resource.Properties ?? {}, shapes, place).map((one) => ({
      ...one,
      logicalId,
      type: resource.Type,
      conditional: one.conditional || 'Condition' in resource,
      path: one.place.slice(place.length + 1),
    }));
  });
}

function sentence({ logicalId, type, path, wrong }: Found): string {
  const resource = `"${logicalId}" (${type})`;
  const subject = path === '' ? resource : `${path} of ${resource}`;
  switch (wrong.is) {
    case 'missing':
      return `${subject} has no ${wrong.names.join(', ')}, which CloudFormation asks for: add ${wrong.names.length === 1 ? 'it' : 'them'}.`;
    case 'kind':
      return `${subject} is ${named(wrong.value)}, of which CloudFormation cannot make ${expected(wrong.kind)}: correct it.`;
    case 'choice':
      return `${subject} is ${named(wrong.value)}, and this version of Sluice knows only ${wrong.only.join(', ')}: CloudFormation refuses it, unless it is newer.`;
  }
}

function named(value: Extract<Wrong, { readonly value: unknown }>['value']): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : cutText(JSON.stringify(value), 60);
}

function expected(kind: Kind): string {
  switch (kind.is) {
    case 'text':
      return 'text';
    case 'whole':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'truth':
      return 'true or false';
    case 'list':
      return 'a list';
    case 'tag':
      return 'a tag with Key and Value';
    default:
      return 'an object';
  }
}
