import { describe, expect, it } from 'vitest';
import type { Template } from '../../../core/template/template.ts';
import { valueProblems, valueRemarks } from '../../../core/template/value-problems.ts';

const one = (Type: string, Properties?: Record<string, unknown>): Template => ({
  Resources: { It: { Type, ...(Properties === undefined ? {} : { Properties }) } },
});
const queue = (Properties: Record<string, unknown>) => one('AWS::SQS::Queue', Properties);
const lambda = (Properties: Record<string, unknown>) =>
  one('AWS::Lambda::Function', { Role: 'arn', Code: { ZipFile: 'x' }, ...Properties });
/** Code, place below the properties, and what is said. */
const told = (template: Template) =>
  valueProblems(template, 'template.yaml').map(({ code, places = [], message }) => [
    code.replace('template.property-', ''),
    places.join().replace('Resources.It.Properties', ''),
    message,
  ]);
const places = (template: Template) => told(template).map(([, place]) => place);

describe('a value that CloudFormation cannot make into what belongs there', () => {
  it('is told with its place, what it is and what belongs there', () => {
    expect(told(lambda({ Timeout: 'five' }))).toEqual([
      [
        'value',
        '.Timeout',
        'Timeout of "It" (AWS::Lambda::Function) is "five", of which CloudFormation cannot make a whole number: correct it.',
      ],
    ]);
    expect(valueProblems(lambda({ Timeout: 'five' }), 'template.yaml')).toMatchObject([{ path: 'template.yaml' }]);
  });
});

describe('a required property that is missing', () => {
  it('is told once for each object, of a resource without properties, too', () => {
    expect(told(one('AWS::Lambda::Function'))).toEqual([
      ['missing', '', '"It" (AWS::Lambda::Function) has no Code, Role, which CloudFormation asks for: add them.'],
    ]);
  });
});

it('nothing is said of what CloudFormation takes', () => {
  expect(places(queue({ DelaySeconds: '5', FifoQueue: 'true', QueueName: 5 }))).toEqual([]);
  expect(valueRemarks(queue({ DelaySeconds: '5' }))).toEqual([]);
});
