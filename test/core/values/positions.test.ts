import { describe, expect, it } from 'vitest';
import { placesIn } from '../../../core/values/positions.ts';

const yaml = `# Orders:
Transform: AWS::Serverless-2016-10-31
Resources:

  # Orders: not this
  Jobs:
    Type: AWS::SQS::Queue
    Properties: { QueueName: jobs }
  "Orders":
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Get:
          Properties:
            FunctionName: inner
      FunctionName: orders
      Layers:
      - a
      Environment:
        Variables:
          FunctionName: x
Outputs:
  Orders:
    Value: x
`;
const json = JSON.stringify(
  { Resources: { Orders: { Type: 'X', Properties: { FunctionName: 'x' } } }, Outputs: {} },
  undefined,
  2,
);

/** Finds lines. */
function linesOf(text: string): (place: string) => number | undefined {
  const { positionOf } = placesIn(text);
  return (place) => positionOf(place)?.line;
}

describe('the line of a place', () => {
  it.each([
    ['Resources', 3],
    ['Resources.Orders', 9],
    ['Resources.Orders.Properties.FunctionName', 16],
    ['Resources.Orders.Properties.Environment', 19],
    ['Outputs.Orders', 23],
    ['Resources.Orders.Properties.Layers[0]', 18],
    ['Resources.Orders.Properties.Layers.0', 18],
    // Inside of braces; what is not there; what is nowhere.
    ['Resources.Jobs.Properties.QueueName', 8],
    ['Resources.Orders.Condition', 9],
    ['Mappings.Gone', undefined],
  ])('in YAML: %s', (place, line) => {
    expect(linesOf(yaml)(place)).toBe(line);
    expect(linesOf(yaml.replaceAll('\n', '\r\n'))(place)).toBe(line);
  });

  it.each([
    ['Resources.Orders.Properties.FunctionName', 6],
    ['Outputs', 10],
  ])('in JSON: %s', (place, line) => {
    expect(linesOf(json)(place)).toBe(line);
    expect(linesOf(JSON.stringify(JSON.parse(json)))(place)).toBe(1);
  });

  it('in what is broken, written in one line, or has a dot in a name', () => {
    expect(linesOf('Resources:\n  A:\n    Type: !Sub "x\n  B: [')('Resources.A.Type')).toBe(3);
    expect(linesOf('{\n "a.b": {\n  "c": 1 } }')('a.b.c')).toBe(3);
    expect(linesOf('')('a')).toBeUndefined();
  });

  it('beside a key that is no name, in a list, and of a condition in its short form', () => {
    expect(linesOf('? [a, b]\n: 1\nB: 2\n')('B')).toBe(3);
    expect(linesOf('- x\n- a: 1\n')('1.a')).toBe(2);
    expect(placesIn('A:\n  - !Condition X\n  - !Ref Y\n  - !!str z\n').tree).toEqual({
      A: [1, 1, { 0: [2, 16, { Condition: [2, 16] }], 1: [3, 10, { Ref: [3, 10] }], 2: [4, 11] }],
    });
  });
});

it.each([
  ['a brace that closes under its key', 'A:\n  P: {\n      X: 1\n  }\nB: 2\n', 'B', { line: 5, column: 1 }],
  ['what stands to the left in brackets', 'A: [\n  1,\n  {X: 2,\nY: 3}\n]\nB: 2\n', 'A[1].Y', { line: 4, column: 1 }],
  ['a quoted text', 'A:\n  S: "x\ny"\n  R: 5\n', 'A.R', { line: 4, column: 3 }],
  ['two of them', "A: 'x\ny'\nC: {\n}\nB: 2\n", 'B', { line: 5, column: 1 }],
])('is found behind what is not indented: %s', (_, text, place, position) => {
  expect(placesIn(text).positionOf(place)).toEqual(position);
});

it('is found as it is written where no indentation mends what is broken', () => {
  const text = 'A:\n  S: "x\n  R: 5\n  T: 6\n';
  expect(placesIn(text).positionOf('A.S')).toEqual({ line: 2, column: 3 });
  expect(placesIn('A:\n  P: {\n}\n  S: "x\nB: 2\n').positionOf('A.P')).toEqual({ line: 2, column: 3 });
});

it('has a column, as editors count', () => {
  const { positionOf } = placesIn(yaml);
  expect(positionOf('Resources')).toEqual({ line: 3, column: 1 });
  expect(positionOf('Resources.Orders.Properties.FunctionName')).toEqual({ line: 16, column: 7 });
  expect(positionOf('Resources.Jobs.Properties.QueueName')).toEqual({ line: 8, column: 19 });
  expect(placesIn(json).positionOf('Resources.Orders.Type')).toEqual({ line: 4, column: 7 });
});

it('has a text, or none', () => {
  const { textAt } = placesIn(yaml);
  expect(textAt('Resources.Jobs.Properties.QueueName')).toBe('jobs');
  expect(['Resources.Jobs', 'Resources.Gone.Type', 'Resources.Jobs.Type.x'].map(textAt)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(placesIn('a text').textAt('Resources')).toBeUndefined();
});

describe('the line of a reference', () => {
  const text = `Resources:
  One:
    Type: AWS::SNS::Topic
    DependsOn:
      - Jobs
      - Gone
    Properties:
      A: !Ref Gone
      B:
        Fn::Join:
          - ''
          - - x
            - !Sub
              - '\${Own}'
              - Own: !GetAtt Gone.Arn
      C: !If [Gone, 1, !Ref Lost]
      D: !Sub |
        first
        \${Gone}
`;

  it.each([
    ['Resources.One.DependsOn[1]', 6],
    ['Resources.One.Properties.A.Ref', 8],
    ['Resources.One.Properties.B.Fn::Join[1][1].Fn::Sub', 14],
    ['Resources.One.Properties.B.Fn::Join[1][1].Fn::Sub[1].Own.Fn::GetAtt', 15],
    ['Resources.One.Properties.C.Fn::If', 16],
    ['Resources.One.Properties.C.Fn::If[2].Ref', 16],
    ['Resources.One.Properties.D.Fn::Sub', 17],
  ])('by a short form: %s', (place, line) => {
    expect(linesOf(text)(place)).toBe(line);
  });

  it('in JSON', () => {
    const document = { Resources: { One: { Properties: { A: { B: [{ 'Fn::Sub': ['${Gone}', {}] }] } } } } };
    const lines = linesOf(JSON.stringify(document, undefined, 1));
    expect(lines('Resources.One.Properties.A.B[0].Fn::Sub')).toBe(8);
  });
});
