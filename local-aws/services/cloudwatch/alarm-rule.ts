import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../kernel/errors.ts';

/** A composite alarm's rule, read. */
export interface AlarmRule {
  /** The names of the alarms it looks at. */
  readonly alarms: ReadonlySet<string>;
  holds(stateOf: (alarm: string) => StateValue | undefined): boolean;
}

/** How deeply `NOT` and parentheses may be nested. */
const DEEPEST = 100;

type Node = (stateOf: (alarm: string) => StateValue | undefined) => boolean;

const TOKENS = /\s*(ALARM|OK|INSUFFICIENT_DATA|TRUE|FALSE|AND|OR|NOT|[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+)/gy;

/**
 * Reads an AlarmRule: ALARM(name), OK(…), INSUFFICIENT_DATA(…), TRUE, FALSE, AND, OR, NOT, parentheses; alarms by name or ARN.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 * @throws AwsError ValidationError
 */
export function readAlarmRule(text: string): AlarmRule {
  const tokens = [...text.matchAll(TOKENS)].map(([, token]) => token ?? '');
  const alarms = new Set<string>();
  let position = 0;
  let depth = 0;
  const next = (): string => tokens[position++] ?? '';
  const expect = (wanted: string): void => {
    const found = next();
    if (found !== wanted) throw malformed(`expected '${wanted}' but found '${found}'`);
  };
  const malformed = (why: string): AwsError =>
    new AwsError('ValidationError', `AlarmRule is not valid: ${why} in ${text}`);

  const unary = (): Node => {
    const token = next();
    if (depth > DEEPEST) throw malformed('nested too deeply');
    if (token === 'NOT' || token === '(') {
      depth += 1;
      const inner = token === 'NOT' ? unary() : either();
      depth -= 1;
      if (token === '(') expect(')');
      return token === 'NOT' ? (stateOf) => !inner(stateOf) : inner;
    }
    if (token === 'TRUE') return () => true;
    if (token === 'FALSE') return () => false;
    if (token !== 'ALARM' && token !== 'OK' && token !== 'INSUFFICIENT_DATA') throw malformed(`unexpected '${token}'`);
    expect('(');
    const alarm = nameIn(next());
    expect(')');
    alarms.add(alarm);
    return (stateOf) => stateOf(alarm) === token;
  };
  const both = (): Node => {
    const terms = [unary()];
    while (tokens[position] === 'AND') {
      position += 1;
      terms.push(unary());
    }
    return (stateOf) => terms.every((term) => term(stateOf));
  };
  const either = (): Node => {
    const terms = [both()];
    while (tokens[position] === 'OR') {
      position += 1;
      terms.push(both());
    }
    return (stateOf) => terms.some((term) => term(stateOf));
  };
  const rule = either();
  if (position !== tokens.length) throw malformed(`unexpected '${tokens[position] ?? ''}'`);
  return { alarms, holds: rule };
}

function nameIn(token: string): string {
  const text = token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token;
  return text.replace(/^arn:aws:cloudwatch:[^:]+:\d{12}:alarm:/, '');
}
