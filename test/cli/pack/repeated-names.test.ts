import { describe, expect, it } from 'vitest';
import { init } from '../../../cli/init/init.ts';
import { check } from '../../../cli/check/check.ts';
import { pack } from '../../../cli/pack/pack.ts';
import { readPolicyFrom } from '../../../cli/check/read-policy.ts';
import { application, opened } from './application.ts';

const yaml = `Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: 1
      VisibilityTimeout: 60
      DelaySeconds: 2
  News:
    Type: AWS::SNS::Topic
  News:
    Type: AWS::SQS::Queue
`;
const json = `{"Resources": {
  "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {
    "DelaySeconds": 1, "VisibilityTimeout": 60,
    "DelaySeconds": 2}},
  "News": {"Type": "AWS::SNS::Topic"}, "News": {"Type": "AWS::SQS::Queue"}}}
`;
const policy = readPolicyFrom('test/end-to-end/policy.json', '2026-11-26T12:00:00.000Z');

describe('a template that gives names twice', () => {
  it.each([
    ['template.yaml', yaml, 'lines 7 and 10'],
    ['template.json', json, 'lines 4 and 5'],
  ])('goes by the last, as CloudFormation does, which is noted with its lines: %s', (name, text, lines) => {
    const folder = application({ [name]: text }, { template: name });
    const note = `${name} gives a name a second time in one map (${lines}): CloudFormation goes by the last, and so does the artifact. Keep the one that is meant.`;
    const artifact = pack(folder);
    expect(artifact.notes).toContain(note);
    expect(opened(artifact).template.Resources).toEqual({
      Jobs: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 2, VisibilityTimeout: 60 } },
      News: { Type: 'AWS::SQS::Queue' },
    });
    const { ready, obstacles, remarks } = check(folder, policy);
    expect({ ready, obstacles }).toEqual({ ready: true, obstacles: [] });
    expect(remarks).toContain(note);
  });

  it('is drafted a manifest for', async () => {
    const folder = application({ 'template.yaml': yaml });
    const { found } = await init(folder, { service: 'shop', author: 'Ada <ada@example.com>', force: true }, undefined);
    expect(found).toContain('2 queues');
  });

  it('is judged as a whole where something else keeps it from being packed', () => {
    const broken = `${yaml}  Code:\n    Type: AWS::Lambda::LayerVersion\n    Properties: { Content: nowhere }\n`;
    const codes = check(application({ 'template.yaml': broken }), policy).obstacles.map(({ code }) => code);
    expect(codes).toEqual(['pack.path-missing']);
  });
});
