import { AwsError, NotImplemented } from '../../kernel/errors.ts';

/** A value per timestamp; what is missing is not there. */
export type SeriesValues = ReadonlyMap<number, number>;
type Operand = number | SeriesValues;

/**
 * Metric math with numbers, ids, + - * / and parentheses.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * @throws NotImplemented naming a function, AwsError ValidationError for what cannot be read
 */
export function evaluate(expression: string, seriesOf: (id: string) => SeriesValues): Operand {
  const tokens = expression.match(/\d+(?:\.\d+)?|[A-Za-z][A-Za-z0-9_]*|[-+*/()]|\S/g) ?? [];
  let position = 0;
  let depth = 0;
  const peek = (): string | undefined => tokens[position];
  const malformed = (): AwsError =>
    new AwsError('ValidationError', `Error in expression '${expression}' near '${peek() ?? 'its end'}'.`);

  const primary = (): Operand => {
    const token = tokens[position++];
    if (token === undefined || depth > DEEPEST) throw malformed();
    if (token === '-' || token === '(') {
      depth += 1;
      const inner = token === '-' ? combine('*', -1, primary()) : sum();
      depth -= 1;
      if (token === '(' && tokens[position++] !== ')') throw malformed();
      return inner;
    }
    if (/^\d/.test(token)) return Number(token);
    if (!/^[A-Za-z]/.test(token)) throw malformed();
    if (peek() === '(' || /^[A-Z]/.test(token)) throw new NotImplemented(`the metric math function ${token}`);
    return seriesOf(token);
  };
  const product = (): Operand => {
    let left = primary();
    while (peek() === '*' || peek() === '/') left = combine(tokens[position++] ?? '', left, primary());
    return left;
  };
  const sum = (): Operand => {
    let left = product();
    while (peek() === '+' || peek() === '-') left = combine(tokens[position++] ?? '', left, product());
    return left;
  };
  const result = sum();
  if (peek() !== undefined) throw malformed();
  return result;
}

/** How deeply parentheses and signs may be nested. */
const DEEPEST = 100;

/** Where both sides have a value; a division by zero gives none. */
function combine(operator: string, one: Operand, other: Operand): Operand {
  if (typeof one === 'number' && typeof other === 'number') return apply(operator, one, other) ?? Number.NaN;
  const times = [one, other].flatMap((side) => (typeof side === 'number' ? [] : [...side.keys()]));
  const values = new Map<number, number>();
  for (const at of new Set(times)) {
    const left = typeof one === 'number' ? one : one.get(at);
    const right = typeof other === 'number' ? other : other.get(at);
    const value = left === undefined || right === undefined ? undefined : apply(operator, left, right);
    if (value !== undefined) values.set(at, value);
  }
  return values;
}

function apply(operator: string, left: number, right: number): number | undefined {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  return right === 0 ? undefined : left / right;
}
