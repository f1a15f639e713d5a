import { NotImplemented } from '../../kernel/errors.ts';
import { own } from '../../kernel/own.ts';
import { validationError } from './errors.ts';
import type { ParameterValues } from './parameters.ts';
import type { Transform, TransformRequest, Transforms } from './transform.ts';

type Sections = TransformRequest['template'];

/** A transform that a template declares. */
interface Declared {
  readonly name: string;
  readonly transform: Transform;
}

/**
 * What a template's `Transform` names, in its order.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html
 * @throws NotImplemented for every one that was not given, by its name
 */
export function declaredTransforms({ Transform: declared }: Sections, given: Transforms): readonly Declared[] {
  if (declared === undefined) return [];
  const named: readonly unknown[] = Array.isArray(declared) ? declared : [declared];
  const found = named.map((name) => (typeof name === 'string' ? find(name, given) : undefined));
  const missing = named.filter((_, index) => found[index] === undefined).map((name) => JSON.stringify(name));
  if (missing.length > 0)
    throw new NotImplemented(
      `the template's Transform ${missing.join(', ')}, which it was not given (transforms of startLocalAws)`,
    );
  return found.filter((one) => one !== undefined);
}

function find(name: string, given: Transforms): Declared | undefined {
  const transform = own(given, name);
  return transform === undefined ? undefined : { name, transform };
}

/**
 * The text of a template with its transforms expanded, one after the other.
 * @throws AwsError ValidationError for what one of them refuses; NotImplemented for what one of them lacks
 */
export function expandSections(
  sections: Sections,
  transforms: readonly Declared[],
  parameters: ParameterValues,
  region: string,
): string {
  const values = Object.fromEntries([...parameters].map(([name, { value }]) => [name, value]));
  const template = { ...sections };
  delete template.Transform;
  const expanded = transforms.reduce<Sections>(
    (before, one) => expand(one, { template: before, parameters: values, region }),
    template,
  );
  return JSON.stringify(expanded);
}

function expand({ name, transform }: Declared, request: TransformRequest): Sections {
  const answer = transform(request);
  if ('template' in answer) return answer.template;
  if ('refused' in answer) throw validationError(`Transform ${name} failed with: ${answer.refused}`);
  throw new NotImplemented(`all of the Transform ${name}: ${answer.notImplemented}`);
}
