import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { machineNames } from '../../core/contract/names.ts';
import { sourceOf, type Processor } from './machines.ts';
import { variableProblems } from './variables.ts';

describe('the Amazon States Language', () => {
  it.each(machineNames)('is what %s is written in', (name) => {
    const definition = z.record(z.string(), z.unknown()).parse(JSON.parse(sourceOf(name)));
    const { isValid, errorsText } = validate(definition, { checkArn: false });
    expect(errorsText()).toBe('');
    expect(isValid).toBe(true);
  });
});

describe('the check of variables', () => {
  const Comment = 'a state to test the check by';
  const machine = (otherWay: Record<string, unknown>): Processor => ({
    StartAt: 'Choose',
    States: {
      Choose: {
        Type: 'Choice',
        Comment,
        Choices: [{ Condition: '{% $states.input.x %}', Assign: otherWay, Next: 'Wait' }],
        Assign: { seconds: 1 },
        Default: 'Wait',
      },
      Wait: { Type: 'Wait', Comment, Seconds: '{% $seconds %}', Next: 'End' },
      End: { Type: 'Succeed', Comment },
    },
  });

  it('sees a variable that only one of two ways assigns', () => {
    expect(variableProblems(machine({}))).toEqual([
      { state: 'Wait', variable: 'seconds', problem: 'read before it is assigned' },
    ]);
  });

  it('is content when both ways assign it', () => {
    expect(variableProblems(machine({ seconds: 2 }))).toEqual([]);
  });
});
