import { NotImplemented } from '../../kernel/errors.ts';
import { validationError } from './errors.ts';
import { asText, evaluate, isFunctionName, type Scope } from './intrinsics.ts';
import { single } from './references.ts';
import { isRecord, sameValue } from './values.ts';
import { own } from '../../kernel/own.ts';

/**
 * Condition and rule functions.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html
 */
const FUNCTIONS: Readonly<Record<string, (operands: readonly unknown[], scope: Scope) => boolean>> = {
  'Fn::Equals': ([one, other], scope) => sameValue(evaluate(one, scope), evaluate(other, scope)),
  'Fn::And': (operands, scope) => operands.map((operand) => holds(operand, scope)).every(Boolean),
  'Fn::Or': (operands, scope) => operands.map((operand) => holds(operand, scope)).some(Boolean),
  'Fn::Not': ([operand], scope) => !holds(operand, scope),
  'Fn::Contains': ([list, value], scope) => texts(list, scope).includes(asText('Fn::Contains', evaluate(value, scope))),
  'Fn::EachMemberEquals': ([list, value], scope) => {
    const expected = asText('Fn::EachMemberEquals', evaluate(value, scope));
    return texts(list, scope).every((entry) => entry === expected);
  },
  'Fn::EachMemberIn': ([list, allowed], scope) => {
    const permitted = texts(allowed, scope);
    return texts(list, scope).every((entry) => permitted.includes(entry));
  },
};

export const CONDITION_FUNCTIONS: readonly string[] = Object.keys(FUNCTIONS);

const OPERANDS: Readonly<Record<string, readonly [number, number]>> = {
  'Fn::And': [2, 10],
  'Fn::Or': [2, 10],
  'Fn::Not': [1, 1],
};

/** Whether a condition expression holds. @throws AwsError ValidationError; NotImplemented naming a function */
export function holds(expression: unknown, scope: Scope): boolean {
  const [name, argument] = (isRecord(expression) ? single(expression) : undefined) ?? [];
  if (name === 'Condition' && typeof argument === 'string') return scope.condition(argument);
  if (name === undefined) throw malformed(expression);
  const evaluator = own(FUNCTIONS, name);
  if (evaluator === undefined) {
    if (isFunctionName(name)) throw new NotImplemented(`${name} as a condition`);
    throw malformed(expression);
  }
  const operands: readonly unknown[] = Array.isArray(argument) ? argument : [];
  const [least, most] = own(OPERANDS, name) ?? [2, 2];
  if (operands.length < least || operands.length > most)
    throw validationError(
      `Template error: every ${name} object requires ${least === most ? least : `${least} to ${most}`} parameters.`,
    );
  return evaluator(operands, scope);
}

function malformed(expression: unknown): Error {
  return validationError(
    `Template format error: Every Conditions member must contain a condition function, not ${JSON.stringify(expression)}`,
  );
}

function texts(list: unknown, scope: Scope): readonly string[] {
  const values = evaluate(list, scope);
  if (!Array.isArray(values)) throw validationError('Template error: a rule function requires a list of strings.');
  return values.map((entry) => asText('a rule function', entry));
}
