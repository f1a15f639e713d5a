import { describe, expect, it } from 'vitest';
import { readDefinition } from '../../services/states/definition.ts';

const task = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f' },
  End: true,
};

function problems(definition: object): readonly string[] {
  const text = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
  return readDefinition(text).problems.map(({ message, location }) => `${message} at ${location ?? ''}`);
}

function ofState(state: object): readonly string[] {
  return problems({ StartAt: 'S', States: { S: state } });
}

describe('a definition', () => {
  it.each([
    ['an unknown field', { Type: 'Pass', End: true, Sparkle: 1 }, "Field 'Sparkle' is not supported at /States/S"],
    [
      'a JSONPath field',
      { ...task, Parameters: {} },
      "The JSONPath field 'Parameters' is not supported when 'QueryLanguage' is 'JSONata' at /States/S",
    ],
    ['an unknown type', { Type: 'Loop', End: true }, 'Unknown or missing state type at /States/S/Type'],
    ['neither Next nor End', { Type: 'Pass' }, 'Exactly one of [Next, End] is required at /States/S'],
    ['a transition to nowhere', { Type: 'Pass', Next: 'X' }, "Missing 'Next' target: X at /States/S"],
    [
      'a Task without its function',
      { ...task, Arguments: {} },
      'These fields are required: [FunctionName] at /States/S/Arguments',
    ],
    [
      'an argument the service does not have',
      { ...task, Arguments: { FunctionName: 'f', Color: 1 } },
      "The field 'Color' is not supported by Step Functions at /States/S/Arguments",
    ],
    [
      'two times to wait',
      { Type: 'Wait', Seconds: 1, Timestamp: '2026-11-20T09:00:00Z', End: true },
      'Exactly one of [Seconds, Timestamp] is required at /States/S',
    ],
    [
      'a time without a zone',
      { Type: 'Wait', Timestamp: '2026-11-20T09:00:00', End: true },
      'String does not match RFC3339 timestamp at /States/S/Timestamp',
    ],
    [
      'States.ALL beside others',
      { ...task, Catch: [{ ErrorEquals: ['States.ALL', 'X'], Next: 'S' }] },
      'States.ALL can only appear alone at /States/S',
    ],
    [
      'States.ALL before others',
      { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] },
      'States.ALL can only appear in the last element at /States/S',
    ],
    [
      'a heartbeat longer than the timeout',
      { ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 },
      'HeartbeatSeconds must be smaller than TimeoutSeconds at /States/S',
    ],
    [
      'a variable called states',
      { Type: 'Pass', Assign: { states: 1 }, End: true },
      "'states' is not a name for a variable at /States/S",
    ],
    [
      'an assignment where nothing follows',
      { Type: 'Succeed', Assign: { x: 1 } },
      "Field 'Assign' is not supported at /States/S",
    ],
    [
      'an expression with a syntax error',
      { Type: 'Pass', Output: '{% 1 + %}', End: true },
      "The JSONata expression '1 +' could not be parsed: Unexpected end of expression at /States/S/Output",
    ],
    [
      'a result where there is none',
      { Type: 'Pass', Output: '{% $states.result %}', End: true },
      "$states.result is not available here in the JSONata expression '$states.result' at /States/S/Output",
    ],
    [
      'an error outside of a Catch',
      { ...task, Output: '{% $states.errorOutput.Error %}' },
      "$states.errorOutput is not available here in the JSONata expression '$states.errorOutput.Error' at /States/S/Output",
    ],
    [
      'an unqualified field',
      { Type: 'Pass', Output: { a: '{% 1 + total %}' }, End: true },
      "The unqualified field name total is not allowed at the top level in the JSONata expression '1 + total' at /States/S/Output/a",
    ],
    [
      'a $ that stands for nothing',
      { Type: 'Pass', Output: '{% $.a %}', End: true },
      "$ is not allowed at the top level in the JSONata expression '$.a' at /States/S/Output",
    ],
  ])('with %s is refused', (_, state, problem) => {
    expect(ofState(state)).toContain(problem);
  });

  it.each([
    '{% $states.input.items[price > 3].{"name": name, "n": $.price} %}',
    '{% $map($states.input, function($v) { $v.a }) %}',
    '{% $states.input ~> |items|{"seen": true}| %}',
    '{% $states.input.items^(<price).name %}',
    '{% ( $a := 1; $a + $count($states.input) ) %}',
  ])('may say %s', (Output) => {
    expect(ofState({ Type: 'Pass', Output, End: true })).toEqual([]);
  });

  it('needs StartAt and States, an end, and states that can be reached under names of their own', () => {
    expect(problems({})).toEqual(['These fields are required: [StartAt, States] at /']);
    const round = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };
    expect(problems({ StartAt: 'A', States: round })).toEqual(['No state ends this flow. at /States']);
    expect(problems({ StartAt: 'B', States: { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } } })).toEqual([
      'State "A" is not reachable. at /States/A',
    ]);
    const inner = { StartAt: 'A', States: { A: { Type: 'Succeed' } } };
    expect(ofState({ Type: 'Parallel', Branches: [inner, inner], End: true })).toEqual([
      'Duplicate State name: A at /States/A',
    ]);
  });

  it('keeps inner scopes from assigning what an outer one does', () => {
    const inner = { StartAt: 'I', States: { I: { Type: 'Pass', Assign: { x: 2 }, End: true } } };
    const states = {
      S: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' },
      M: { Type: 'Map', ItemProcessor: inner, End: true },
    };
    expect(problems({ StartAt: 'S', States: states })).toEqual([
      "The variable 'x' is assigned in an outer scope already at /States/M/ItemProcessor/States",
    ]);
  });

  it.each([
    [
      'a resource',
      { States: { S: { ...task, Resource: 'arn:aws:states:::nowhere:doThings' } } },
      'the Task resource arn:aws:states:::nowhere:doThings',
    ],
    ['credentials', { States: { S: { ...task, Credentials: {} } } }, 'the field Credentials of a Task state'],
    [
      'a distributed Map',
      { States: { S: { Type: 'Map', ItemReader: {}, End: true } } },
      'the field ItemReader of a Map state',
    ],
    [
      'an argument',
      { States: { S: { ...task, Arguments: { FunctionName: 'f', LogType: 'Tail' } } } },
      'the argument LogType',
    ],
  ])('with %s that is not implemented is refused by name', (_, definition, name) => {
    const text = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'S', ...definition });
    expect(() => readDefinition(text)).toThrow(`The local AWS does not implement ${name}`);
  });

  it('refuses JSONPath in one state, in AWS’s words', () => {
    expect(ofState({ Type: 'Pass', QueryLanguage: 'JSONPath', End: true })).toEqual([
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/S/QueryLanguage",
    ]);
  });
});
