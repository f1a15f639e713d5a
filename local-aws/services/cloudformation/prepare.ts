import { GetParametersCommand } from '@aws-sdk/client-ssm';
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
import { ordered } from './graph.ts';
import { evaluate } from './intrinsics.ts';
import { givenValues, resolveParameters, ssmNames, type GivenParameter } from './parameters.ts';
import type { Stack } from './stack.ts';
import { parseTemplate, type Template } from './template.ts';
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
  const template = await templateOf(engine, stack, request, user);
  validateTemplate(template, engine.providers);
  checkCapabilities(template, request.Capabilities ?? []);
  const previous = stack.desired;
  const given = givenValues(template, request.Parameters ?? [], previous?.parameters ?? new Map());
  const ssm = await ssmValues(engine, actor, ssmNames(template, given));
  const base: Desired = {
    template,
    parameters: resolveParameters(template, given, ssm),
    tags: request.Tags === undefined ? (previous?.tags ?? []) : tagsOf(request.Tags),
    capabilities: request.Capabilities ?? [],
    notificationArns: [],
    imports: new Map(),
  };
  const place = placeOf(stack);
  checkRules(base, place);
  const desired = { ...base, imports: importsOf(engine, base, place) };
  const { condition } = scopeOf(desired, place, NO_RESOURCES);
  for (const name of template.conditions.keys()) condition(name);
  includedResources(desired, place);
  ordered(dependenciesOf(desired, place));
  return desired;
}

async function templateOf(engine: Engine, stack: Stack, request: StackRequest, user: Caller): Promise<Template> {
  if (request.UsePreviousTemplate !== true) return parseTemplate(await readTemplate(engine, user, request));
  if (request.TemplateBody !== undefined || request.TemplateURL !== undefined)
    throw validationError('You cannot specify both usePreviousTemplate and a template.');
  if (stack.desired === undefined) throw validationError(`Stack [${stack.name}] has no previous template.`);
  return stack.desired.template;
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
