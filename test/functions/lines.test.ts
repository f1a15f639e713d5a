import { strToU8, unzipSync, zipSync } from 'fflate';
import { transform } from 'sam-transform';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { pack } from '../../cli/pack/pack.ts';
import { createReadApp } from '../../functions/read/app.tsx';
import { sessionItem } from '../../core/ledger/items.ts';
import { sessionKey } from '../../core/ledger/keys.ts';
import { openLink, useLink } from '../../core/ledger/sessions.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { application } from '../cli/pack/application.ts';
import { MemoryLedger } from './fakes/memory-ledger.ts';
import { TestEngine } from './fakes/test-engine.ts';

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
    'Sluice adds the right one. (at template.yaml:5:5 Globals.Function.PermissionsBoundary (of which OrdersRole is made); to be mended by the team)',
  );
});

it('what an artifact says of its files is shown as text', async () => {
  const engine = new TestEngine(new MemoryLedger());
  const file = '<img src=x onerror=alert(1)>&<httpsexample.com>.yaml';
  const places = { format: 1, template: { file, at: { Resources: [1, 1, { Net: [7, 7] }] } } };
  const { bytes, key } = engine.pack('1', { Resources: { Net: { Type: 'AWS::EC2::VPC' } } }, { checks: undefined });
  const more = { ...unzipSync(bytes), 'places.json': strToU8(JSON.stringify(places)) };
  const release = await engine.dropBytes(key, 'v-1', zipSync(more, { mtime: new Date(1980, 0, 1) }));
  await expect(engine.run('validate', release)).rejects.toThrow(`${file}:7:7`);
  await engine.ledger.write(openLink('link', { person: 'ada@example.com', at: engine.clock.now() }));
  const link = await readItem(engine.ledger, sessionKey('link'), sessionItem);
  if (link !== undefined) await engine.ledger.write(useLink('link', link, 'session', engine.clock.now()));
  const app = createReadApp(engine, engine.clock.invocationOf('read'));
  const page = new Request(`https://api.example.com/releases/${release}`, {
    headers: { cookie: 'sluice-session=session' },
  });
  const html = await (await app.fetch(page)).text();
  expect(html).toContain(
    'at &lt;img src=x onerror=alert(1)&gt;&amp;&lt;httpsexample.com&gt;.yaml:7:7 Resources.Net.Type',
  );
  expect(html).not.toContain('<img');
});
