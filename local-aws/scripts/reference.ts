/**
 * What the local AWS implements, as Markdown, read from what the code itself goes by: the declared operations, the resource
 * providers, the grammar of states, the tables of IAM. Nothing is listed by hand, so nothing here can be out of date.
 */
import type { Service } from '../kernel/service.ts';
import { CONDITION_FUNCTIONS } from '../services/cloudformation/conditions.ts';
import { INTRINSICS } from '../services/cloudformation/intrinsics.ts';
import type { ResourceProvider } from '../services/cloudformation/provider.ts';
import { SECTIONS } from '../services/cloudformation/template.ts';
import { POLICY_KINDS } from '../services/iam/authorization.ts';
import { SERVICE_KEYS } from '../services/iam/condition-keys.ts';
import { CONDITION_OPERATORS, IF_EXISTS, SET_OPERATORS } from '../services/iam/conditions.ts';
import {
  GLOBAL_KEYS,
  PRINCIPALS,
  PRINCIPALS_NOT_IMPLEMENTED,
  statement,
  TAG_KEYS,
} from '../services/iam/policy-document.ts';
import { FIELDS_NOT_IMPLEMENTED } from '../services/states/definition.ts';
import { ADDED_FUNCTIONS, REMOVED_FUNCTIONS } from '../services/states/expressions.ts';
import { retrier } from '../services/states/fields.ts';
import { anyState, catcher, processor, topLevel } from '../services/states/grammar.ts';
import { OPERATORS } from '../services/states/jsonpath/choice-rules.ts';
import { anyPathState } from '../services/states/jsonpath/grammar.ts';
import { INTRINSICS as PATH_FUNCTIONS } from '../services/states/jsonpath/intrinsics.ts';
import { INTEGRATIONS, SDK_SERVICES } from '../services/states/resources.ts';
import type { ServiceModel } from '../wire/model.ts';

const code = (names: Iterable<string>): string => [...names].map((name) => `\`${name}\``).join(', ');

/** Every service with its operations, counted against all that AWS's own model of it names. */
export function servicesReference(services: readonly Service[], models: ReadonlyMap<string, ServiceModel>): string {
  const sorted = services.toSorted((one, other) => one.signingName.localeCompare(other.signingName));
  return sorted.map((service) => serviceReference(service, models.get(service.signingName))).join('\n\n');
}

function serviceReference(
  { signingName, documentation, operations }: Service,
  model: ServiceModel | undefined,
): string {
  const text = documentation.replaceAll(/\s+/g, ' ');
  const link = text.indexOf('https://');
  const names = operations.map(({ name }) => name).toSorted();
  const total = model === undefined ? '' : ` of ${model.operations.size}`;
  return [
    `#### \`${signingName}\``,
    `${text.slice(0, link).trim()} [AWS’s documentation](${text.slice(link)})`,
    `${names.length}${total} operations: ${code(names)}.`,
  ].join('\n\n');
}

/** Every resource type with its properties and attributes, and what a template may hold. */
export function cloudFormationReference(providers: readonly ResourceProvider[]): string {
  const types = providers.toSorted((one, other) => one.type.localeCompare(other.type));
  return [
    `Sections of a template: ${code(SECTIONS)}.`,
    `Intrinsic functions: ${code(INTRINSICS)}.`,
    `Condition and rule functions: ${code(CONDITION_FUNCTIONS)}.`,
    `${types.length} resource types:`,
    types.map(typeReference).join('\n'),
  ].join('\n\n');
}

function typeReference({ type, properties, createOnly, attributes }: ResourceProvider): string {
  const parts = [
    properties.length === 0 ? 'no properties' : code(properties),
    ...(createOnly.length === 0 ? [] : [`replaced by a change of ${code(createOnly)}`]),
    ...(attributes.length === 0 ? [] : [`\`Fn::GetAtt\` of ${code(attributes)}`]),
  ];
  return `- \`${type}\`: ${parts.join('; ')}.`;
}

/** The Amazon States Language: query language, states with their fields, integrations. */
export function statesReference(jsonataVersion: string): string {
  return [
    'Query languages: `JSONPath`, and `JSONata` for a whole machine or for single states. Distributed Map is refused by name.',
    `JSONata is version ${jsonataVersion}, with ${code(Object.keys(ADDED_FUNCTIONS).map((name) => `$${name}`))} added and ` +
      `${code(REMOVED_FUNCTIONS.map((name) => `$${name}`))} taken away as Step Functions does. ` +
      `JSONPath has the intrinsic functions ${code(Object.keys(PATH_FUNCTIONS))}, and in a Choice the operators ${code([...OPERATORS, 'And', 'Or', 'Not'])}.`,
    `Fields of a definition: ${code(Object.keys(topLevel.shape))}.`,
    'Fields of a state in JSONata:',
    anyState.options.map(stateReference).join('\n'),
    'Fields of a state in JSONPath:',
    anyPathState.options.map(stateReference).join('\n'),
    `Fields of \`Retry\`: ${code(Object.keys(retrier.shape))}. Fields of \`Catch\`: ${code(Object.keys(catcher.shape))}. ` +
      `Modes of \`ItemProcessor\`: ${code(processor.shape.ProcessorConfig.unwrap().shape.Mode.values)}.`,
    'Resources of a `Task`:',
    Object.entries(INTEGRATIONS)
      .map(
        ([resource, { required, optional, notImplemented }]) =>
          `- \`${resource}\` with the arguments ${
            optional === 'any' ? `${code(required)} and what else the service takes` : code([...required, ...optional])
          }` + (notImplemented.length === 0 ? '.' : `; not ${code(notImplemented)}.`),
      )
      .join('\n'),
    `A function’s ARN, which gets the state’s input as its event; and \`arn:aws:states:::aws-sdk:SERVICE:OPERATION\`, also with \`.waitForTaskToken\`, for the ` +
      `operations that the local AWS has of ${code(Object.keys(SDK_SERVICES))}.`,
    'Activities, other services of `aws-sdk:…`, and the other optimised integrations (`glue:startJobRun.sync`) deploy. A task that comes to one fails with ' +
      '`NotImplementedByLocalAws`, which no `States.ALL` takes, and its cause names it.',
  ].join('\n\n');
}

function stateReference({ shape }: (typeof anyState.options | typeof anyPathState.options)[number]): string {
  const [type = ''] = shape.Type.values;
  const missing = FIELDS_NOT_IMPLEMENTED[type] ?? [];
  const fields = Object.keys(shape).filter((field) => field !== 'Type');
  return `- \`${type}\`: ${code(fields)}${missing.length === 0 ? '.' : `; not ${code(missing)}.`}`;
}

/** The condition keys of services, those with one value or those with several. */
function serviceKeys(lists: boolean): string[] {
  return Object.entries(SERVICE_KEYS).flatMap(([name, { list }]) =>
    (list === true) === lists ? [/[/:]$/.test(name) ? `${name}…` : name] : [],
  );
}

/** What IAM reads in policies and decides by. */
export function iamReference(): string {
  return [
    `- Kinds of policy: ${Object.values(POLICY_KINDS).join(', ')}; a role’s trust policy and a key’s policy are resource-based, and decide alone.`,
    `- Elements of a statement: ${code(Object.keys(statement.shape))}.`,
    `- Members of \`Principal\`, where it is not \`*\`: ${code(PRINCIPALS.keys())}; not ${code(PRINCIPALS_NOT_IMPLEMENTED)}.`,
    `- Condition operators: ${code(CONDITION_OPERATORS)}; any but \`Null\` also with \`…${IF_EXISTS}\`, all with ${code(SET_OPERATORS.map((set) => `${set}:…`))}.`,
    `- Global condition keys: ${code(GLOBAL_KEYS)}, and ${code(TAG_KEYS.map((key) => `${key}…`))}.`,
    `- Condition keys of services, each with its own actions: ${code(serviceKeys(false))}; with several values: ${code(serviceKeys(true))}. A plain operator on several values is refused, and so is a key that no request for the action has, unless the policy says \`…IfExists\` or asks by \`Null\` whether it is absent.`,
  ].join('\n');
}
