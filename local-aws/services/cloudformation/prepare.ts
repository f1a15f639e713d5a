import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { holds } from './conditions.ts';
import {
  NO_RESOURCES,
  scopeOf,
  includedResources,
  dependenciesOf,
  type Desired,
  type Place,
  type Tag,
} from './desired.ts';
import { placeOf, type Engine } from './engine.ts';
import { validationError } from './errors.ts';
import { declaredTransforms, expandSections } from './expansion.ts';
import { ordered } from './graph.ts';
import { evaluate } from './intrinsics.ts';
import { givenValues, resolveParameters, ssmNames, type GivenParameter } from './parameters.ts';
import type { Stack } from './stack.ts';
import { parseTemplate, parseUnexpanded, readSections, type Template } from './template.ts';
import { readTemplate, type TemplateSource } from './template-source.ts';
import { checkCapabilities, validateTemplate } from './validation.ts';
import { isRecord } from './values.ts';

/** The part of a request that says what a stack shall be; CreateStack, UpdateStack and CreateChangeSet share it. */
export interface StackRequest extends TemplateSource {
  readonly UsePreviousTemplate?: boolean | undefined;
  readonly Parameters?: readonly GivenParameter[] | undefined;
  readonly Capabilities?: readonly string[] | undefined;
  readonly Tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

/**
 * Works out what a stack shall be: template read and validated, parameters, rules, capabilities. `user` reads the template,
 * `actor` (the stack's role, else the user) what parameters name.
 * @throws AwsError ValidationError, InsufficientCapabilitiesException, NotImplemented
 */
export async function prepare(
  engine: Engine,
  stack: Stack,
  request: StackRequest,
  user: Caller,
  actor: Caller,
): Promise<Desired> {
  const text = await textOf(engine, stack, request, user);
  const [transform] = declaredTransforms(readSections(text), engine.transforms);
  if (transform !== undefined)
    throw new NotImplemented(`the Transform ${transform.name} where a stack is made or updated without a change set`);
  return desire(engine, stack, request, parseTemplate(text), actor);
}

/** What a change set would make of a stack. */
export interface Prepared {
  readonly desired: Desired;
  /** Why it cannot: the change set fails by it. */
  readonly problem?: AwsError;
}

/**
 * Works out the same for a change set, with the template's transforms expanded. CloudFormation expands them once it has taken the
 * request: what they, and what comes of them, lack fails the change set.
 * @throws AwsError ValidationError, InsufficientCapabilitiesException, NotImplemented
 */
export async function prepareChangeSet(
  engine: Engine,
  stack: Stack,
  request: StackRequest,
  user: Caller,
  actor: Caller,
): Promise<Prepared> {
  const original = await textOf(engine, stack, request, user);
  const sections = readSections(original);
  const transforms = declaredTransforms(sections, engine.transforms);
  if (transforms.length === 0) return { desired: await desire(engine, stack, request, parseTemplate(original), actor) };
  const written = { original, transforms: transforms.map(({ name }) => name) };
  const unexpanded = await baseOf(engine, stack, request, parseUnexpanded(sections, written), actor);
  try {
    const processed = expandSections(sections, transforms, unexpanded.parameters, stack.region);
    return { desired: await desire(engine, stack, request, parseTemplate(processed, written), actor) };
  } catch (problem) {
    if (!(problem instanceof AwsError) || problem instanceof NotImplemented) throw problem;
    return { desired: unexpanded, problem };
  }
}

async function desire(
  engine: Engine,
  stack: Stack,
  request: StackRequest,
  template: Template,
  actor: Caller,
): Promise<Desired> {
  validateTemplate(template, engine.providers);
  checkCapabilities(template, request.Capabilities ?? []);
  const base = await baseOf(engine, stack, request, template, actor);
  const place = placeOf(stack);
  checkRules(base, place);
  const desired = { ...base, imports: importsOf(engine, base, place) };
  const { condition } = scopeOf(desired, place, NO_RESOURCES);
  for (const name of template.conditions.keys()) condition(name);
  includedResources(desired, place);
  ordered(dependenciesOf(desired, place));
  return desired;
}

/** The template with its parameters' values, and what else the request says. */
async function baseOf(
  engine: Engine,
  stack: Stack,
  request: StackRequest,
  template: Template,
  actor: Caller,
): Promise<Desired> {
  const previous = stack.desired;
  const given = givenValues(template, request.Parameters ?? [], previous?.parameters ?? new Map());
  const ssm = await ssmValues(engine, actor, ssmNames(template, given));
  return {
    template,
    parameters: resolveParameters(template, given, ssm),
    tags: request.Tags === undefined ? (previous?.tags ?? []) : tagsOf(request.Tags),
    capabilities: request.Capabilities ?? [],
    notificationArns: [],
    imports: new Map(),
  };
}

/** The template's text as it was given; of the previous one, its transforms are expanded once more. */
async function textOf(engine: Engine, stack: Stack, request: StackRequest, user: Caller): Promise<string> {
  if (request.UsePreviousTemplate !== true) return readTemplate(engine, user, request);
  if (request.TemplateBody !== undefined || request.TemplateURL !== undefined)
    throw validationError('You cannot specify both usePreviousTemplate and a template.');
  if (stack.desired === undefined) throw validationError(`Stack [${stack.name}] has no previous template.`);
  return stack.desired.template.original;
}

function tagsOf(tags: NonNullable<StackRequest['Tags']>): readonly Tag[] {
  return tags.map(({ Key = '', Value = '' }) => {
    if (Key === '' || Key.startsWith('aws:'))
      throw validationError(`The tag key ${JSON.stringify(Key)} is not allowed`);
    return { Key, Value };
  });
}

async function ssmValues(
  engine: Engine,
  actor: Caller,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  const unique = [...new Set(names)];
  for (let index = 0; index < unique.length; index += 10) {
    const Names = unique.slice(index, index + 10);
    const { Parameters } = await engine.kernel.send(actor, new GetParametersCommand({ Names }));
    for (const { Name, Value } of Parameters ?? [])
      if (Name !== undefined && Value !== undefined) values.set(Name, Value);
  }
  return values;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html */
function checkRules(desired: Desired, place: Place): void {
  const scope = scopeOf(desired, place, NO_RESOURCES);
  for (const [name, { RuleCondition, Assertions }] of desired.template.rules) {
    if (RuleCondition !== undefined && !holds(RuleCondition, scope)) continue;
    for (const { Assert, AssertDescription } of Assertions) {
      if (!holds(Assert, scope))
        throw validationError(
          `Template validation error: rule ${name} failed: ${AssertDescription ?? JSON.stringify(Assert)}`,
        );
    }
  }
}

/** The exports that a template imports, as they are now. One that is missing fails where it is needed. */
function importsOf(engine: Engine, desired: Desired, place: Place): ReadonlyMap<string, string> {
  const exported = engine.stacks.exports(place.account, place.region);
  const scope = scopeOf(desired, place, NO_RESOURCES);
  const { resources, outputs } = desired.template;
  const names = importArguments([[...resources.values()], [...outputs.values()]]).map((name) => evaluate(name, scope));
  return new Map(
    names.flatMap((name) => {
      const found = typeof name === 'string' ? exported.get(name) : undefined;
      return typeof name === 'string' && found !== undefined ? [[name, found.value] as const] : [];
    }),
  );
}

function importArguments(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(importArguments);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'Fn::ImportValue' ? [member] : importArguments(member),
  );
}
