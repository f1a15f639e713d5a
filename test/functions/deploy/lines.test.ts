import { transform } from 'sam-transform';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { pack } from '../../../cli/pack/pack.ts';
import { application } from '../../cli/pack/application.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { TestEngine } from '../fakes/test-engine.ts';

/** The boundary is that of all functions: what has it, and may not, is a role that only SAM's transform makes. */
const template = `Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: nodejs24.x
    PermissionsBoundary: arn:aws:iam::222222222222:policy/ours
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      CodeUri: code
`;
const documents = z.record(z.string(), z.unknown());

/** As CloudFormation does it. */
function expandSam(text: string): string {
  const parameters = { SluiceAssetBucket: 'assets' };
  return JSON.stringify(
    transform({ template: documents.parse(JSON.parse(text)), parameters, region: 'us-east-1' }).template,
  );
}

it('what a transform makes is told with the line of what it is made of', async () => {
  const engine = new TestEngine(new MemoryLedger());
  engine.target.expand = expandSam;
  const files = { 'template.yaml': template, 'code/index.js': 'exports.handler = async () => 1;\n' };
  const { key, bytes } = pack(application(files, { service: 'orders' }));
  const release = await engine.dropBytes(key, 'v-1', bytes);
  await engine.run('validate', release);
  await engine.run('waitForTurn', release);
  await expect(engine.run('apply', release)).rejects.toThrow(
    'Sluice adds the right one. (at template.yaml:7:3 Resources.Orders (of which OrdersRole is made); to be mended by the team)',
  );
});
