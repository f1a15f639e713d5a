import { expect, it } from 'vitest';
import { checkExpressions } from '../../services/dynamodb/expressions.ts';

const nested = (depth: number): string => {
  let expression = 'a = :b';
  for (let level = 0; level < depth; level += 1) expression = `(${expression} AND c${level} = :b)`;
  return expression;
};
const check = (ConditionExpression: string) => () => checkExpressions({ ConditionExpression });

it.each(['a = :b', nested(6), '(a = :b) OR (c = :d)', 'NOT (attribute_exists(a) OR (size(b) > :c))', 'a IN (:b, :c)'])(
  'takes %s',
  (expression) => expect(check(expression)).not.toThrow(),
);

it.each(['((a = :b))', '(a = :b) AND ( (c = :d) )', '(((a = :b)))', 'NOT ((a = :b))'])('refuses %s', (expression) =>
  expect(check(expression)).toThrow('Invalid ConditionExpression: The expression has redundant parentheses;'),
);

it('refuses by name what the engine would not get through, wherever it stands', () => {
  const TransactItems = [{ Put: { Item: { FooExpression: { S: nested(20) } }, ConditionExpression: nested(7) } }];
  expect(() => checkExpressions({ TransactItems })).toThrow(
    'parentheses nested more than 6 deep in ConditionExpression',
  );
  expect(() => checkExpressions({ Item: { FooExpression: { S: nested(20) } } })).not.toThrow();
});
