import { listOf, ownMember, recordOf } from '../values/records.ts';
import type { Target } from '../values/identifiers.ts';
import { declaredParameters, isStoreType } from './parameters.ts';
import { refName, type Template } from './template.ts';

/** A stack that is to be made or changed, as far as artifact and policy tell. */
export interface FutureStack extends Target {
  readonly stackName: string;
  readonly template: Template;
  /** Values that the manifest gives. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * A value as text, where template, parameters, account, Region and the stack's name suffice for that; undefined for what AWS makes up
 * (ids, attributes, imports, dynamic references), and for nothing at all.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolveText(value: unknown, stack: FutureStack): string | undefined {
  const text = textOf(value, stack);
  return text?.includes('{{resolve:') === true ? undefined : text;
}

function textOf(value: unknown, stack: FutureStack): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const name = refName(value);
  if (name !== undefined) return valueOf(name, stack);
  const [called, ...further] = Object.entries(recordOf(value));
  return called === undefined || further.length > 0 ? undefined : computed(called[0], listOf(called[1]), stack);
}

function computed(name: string, [first, ...rest]: readonly unknown[], stack: FutureStack): string | undefined {
  switch (name) {
    case 'Fn::Sub':
      return typeof first === 'string' ? substitute(first, recordOf(rest[0]), stack) : undefined;
    case 'Fn::Join':
      return joined(rest[0], first, stack);
    case 'Fn::FindInMap':
      return inMap(first, rest, stack);
    case 'Fn::If':
      return textOf(branchOf([first, ...rest], stack), stack);
    default:
      return undefined;
  }
}

function valueOf(name: string, { template, parameters, account, region, stackName }: FutureStack): string | undefined {
  switch (name) {
    case 'AWS::AccountId':
      return account;
    case 'AWS::Region':
      return region;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return stackName;
    default: {
      const declared = declaredParameters(template).get(name);
      if (declared === undefined || isStoreType(declared.type)) return undefined;
      // A hidden one keeps what a stack has, whatever the default is.
      return parameters[name] ?? (declared.hidden ? undefined : declared.standard);
    }
  }
}

function substitute(text: string, values: Readonly<Record<string, unknown>>, stack: FutureStack): string | undefined {
  // Text and names take turns.
  const parts = text.split(/\$\{([^!}][^}]*)\}/).map((part, index) => {
    if (index % 2 === 0) return part.replaceAll('${!', '${');
    const name = part.trim();
    return Object.hasOwn(values, name) ? textOf(values[name], stack) : valueOf(name, stack);
  });
  return parts.includes(undefined) ? undefined : parts.join('');
}

/** Of a list that something else gives (a parameter's, `Fn::Split`), nothing is known. */
function joined(parts: unknown, separator: unknown, stack: FutureStack): string | undefined {
  if (!Array.isArray(parts)) return undefined;
  const texts = parts.map((part) => textOf(part, stack));
  return typeof separator !== 'string' || texts.includes(undefined) ? undefined : texts.join(separator);
}

function inMap(map: unknown, keys: readonly unknown[], stack: FutureStack): string | undefined {
  const [name, top, second] = [map, ...keys].map((key) => textOf(key, stack));
  if (name === undefined || top === undefined || second === undefined) return undefined;
  const found = ownMember(recordOf(ownMember(recordOf(stack.template.Mappings?.[name]), top)), second);
  return textOf(found, stack);
}

/** What a `Fn::If` comes to; undefined where its condition is not known. @param parts condition and both branches */
function branchOf([condition, yes, no]: readonly unknown[], stack: FutureStack): unknown {
  const chosen = holds({ Condition: condition }, stack);
  return chosen === undefined ? undefined : chosen ? yes : no;
}

/** Does a condition hold? undefined where that is not known before AWS is asked. @param condition an expression, or `{ Condition: name }` */
export function holds(condition: unknown, stack: FutureStack, within: readonly string[] = []): boolean | undefined {
  const [[name, operand] = []] = Object.entries(recordOf(condition));
  const operands = listOf(operand);
  const each = (): (boolean | undefined)[] => operands.map((one) => holds(one, stack, within));
  switch (name) {
    case 'Condition':
      // A circle of conditions comes to nothing.
      if (typeof operand !== 'string' || within.includes(operand)) return undefined;
      return holds(ownMember(stack.template.Conditions ?? {}, operand), stack, [...within, operand]);
    case 'Fn::Equals': {
      const [one, other] = operands.map((operand) => resolveText(operand, stack));
      return one === undefined || other === undefined ? undefined : one === other;
    }
    case 'Fn::And':
      return allOf(each());
    case 'Fn::Or':
      return not(allOf(each().map(not)));
    case 'Fn::Not':
      return not(allOf(each()));
    default:
      return undefined;
  }
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function allOf(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(false)) return false;
  return values.includes(undefined) ? undefined : true;
}

/** Is a property given for certain? Not where it may be `AWS::NoValue`. */
export function isGiven(value: unknown, stack: FutureStack): boolean {
  if (value === undefined || refName(value) === 'AWS::NoValue') return false;
  const choice = recordOf(value)['Fn::If'];
  if (choice === undefined) return true;
  const [condition, yes, no] = listOf(choice);
  const chosen = holds({ Condition: condition }, stack);
  return (chosen === false || isGiven(yes, stack)) && (chosen === true || isGiven(no, stack));
}

/** Resources that the stack is going to have for certain: those whose condition may not hold are left out. */
export function certainResources(stack: FutureStack): [string, Template['Resources'][string]][] {
  return Object.entries(stack.template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || holds({ Condition }, stack) === true,
  );
}
