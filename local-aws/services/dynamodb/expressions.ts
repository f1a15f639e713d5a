import { AwsError, NotImplemented } from '../../kernel/errors.ts';

/** The engine's parser takes some three times as long for each further level: seconds from the ninth on. */
const DEEPEST = 6;

/**
 * Refuses expressions whose parentheses the engine underneath would not get through, wherever they stand in a request.
 * @throws AwsError ValidationException for parentheses around nothing but parentheses, as DynamoDB has it; NotImplemented for others
 * that are nested too deeply
 */
export function checkExpressions(input: unknown, name = ''): void {
  if (typeof input === 'string') {
    if (name.endsWith('Expression')) checkParentheses(input, name);
  } else if (Array.isArray(input)) for (const item of input) checkExpressions(item, name);
  else if (typeof input === 'object' && input !== null)
    for (const [member, value] of Object.entries(input)) checkExpressions(value, member);
}

function checkParentheses(expression: string, name: string): void {
  const opened: number[] = [];
  let closedFrom: number | undefined;
  for (const { 0: token, index } of expression.matchAll(/[()]|[^\s()]+/g)) {
    if (token === '(') opened.push(index);
    if (opened.length > DEEPEST) throw new NotImplemented(`parentheses nested more than ${DEEPEST} deep in ${name}`);
    const from = token === ')' ? opened.pop() : undefined;
    if (from !== undefined && closedFrom !== undefined && expression.slice(from + 1, closedFrom).trim() === '')
      if (!isCall(expression, from))
        throw new AwsError('ValidationException', `Invalid ${name}: The expression has redundant parentheses;`);
    closedFrom = from;
  }
}

/** Whether a name stands before the parenthesis: `size(a)`. */
function isCall(expression: string, parenthesis: number): boolean {
  return (
    /[a-z_]\s*$/.test(expression.slice(0, parenthesis)) &&
    !/\b(and|or|not|in)\s*$/i.test(expression.slice(0, parenthesis))
  );
}
