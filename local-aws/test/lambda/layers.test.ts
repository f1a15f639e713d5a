import {
  AddLayerVersionPermissionCommand,
  DeleteLayerVersionCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  LambdaClient,
  ListLayersCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, invoke, roleFor, where, zipOf } from './functions.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html

const other = { account: '111111111111', region: 'us-east-1' };
let aws: LocalAws;
let lambda: LambdaClient;
let role: string;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  lambda = aws.client(LambdaClient, where);
  role = await roleFor(aws, 'layered', []);
});
afterAll(() => aws.close());

const zip = (files: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

async function publish(LayerName: string, files: Record<string, string>, by = lambda): Promise<string> {
  const published = new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: zip(files) } });
  return (await by.send(published)).LayerVersionArn ?? '';
}

const moduleOf = (name: string, value: string, at = 'nodejs/node_modules') => ({
  [`${at}/${name}/index.js`]: `exports.value = '${value}';`,
});

it('gives functions the modules of their layers, by require, by import and by /opt', async () => {
  const layer = await publish('tools', {
    ...moduleOf('greet', 'from the layer'),
    ...moduleOf('major', 'of this version', 'nodejs/node24/node_modules'),
    ...moduleOf('both', 'of this version', 'nodejs/node24/node_modules'),
    'nodejs/node_modules/both/index.js': "exports.value = 'of any';",
    'nodejs/own.js': "exports.value = 'by its path';",
    'nodejs/esm.mjs': "import { value } from 'greet'; export const own = value + ' again';",
  });
  const source = `
    import { createRequire } from 'node:module';
    import { value } from 'greet';
    import { own } from '/opt/nodejs/esm.mjs';
    import * as sdk from '@aws-sdk/client-lambda';
    const require = createRequire(import.meta.url);
    export const handler = async () => [
      value, own, require('major').value, require('both').value, require('/opt/nodejs/own').value,
      typeof sdk.LambdaClient, (await import('/opt/nodejs/own.js')).value,
    ];`;
  await createFunction(lambda, 'layered', role, source, { Layers: [layer] });
  const { payload } = await invoke(lambda, 'layered');
  expect(payload).toEqual([
    ...['from the layer', 'from the layer again', 'of this version', 'of this version', 'by its path'],
    ...['function', 'by its path'],
  ]);
  const shown = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'layered' }));
  expect(shown.Layers).toMatchObject([{ Arn: layer }]);
});

it('puts the function’s own modules first, then the last layer', async () => {
  const layers = [await publish('one', moduleOf('which', 'one')), await publish('two', moduleOf('which', 'two'))];
  const source = "import { value } from 'which'; export const handler = async () => value;";
  await createFunction(lambda, 'ordered', role, source, { Layers: layers });
  expect((await invoke(lambda, 'ordered')).payload).toBe('two');
  const own = zip({ 'index.mjs': source, 'node_modules/which/index.js': "exports.value = 'own';" });
  await createFunction(lambda, 'own', role, source, { Layers: layers, Code: { ZipFile: own } });
  expect((await invoke(lambda, 'own')).payload).toBe('own');
});

it('runs a handler that is in a layer', async () => {
  const layer = await publish('handlers', { 'nodejs/wrap.mjs': "export const handler = async () => 'wrapped';" });
  await createFunction(lambda, 'wrapped', role, '', { Layers: [layer], Handler: '/opt/nodejs/wrap.handler' });
  expect((await invoke(lambda, 'wrapped')).payload).toBe('wrapped');
});

it('leaves a published version what it had, also when the layer is gone', async () => {
  const source = "import { value } from 'greet'; export const handler = async () => value;";
  const first = await publish('greeting', moduleOf('greet', 'first'));
  const second = await publish('greeting', moduleOf('greet', 'second'));
  expect([first.split(':').at(-1), second.split(':').at(-1)]).toEqual(['1', '2']);
  await createFunction(lambda, 'kept', role, source, { Layers: [first] });
  await lambda.send(new PublishVersionCommand({ FunctionName: 'kept' }));
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'kept', Layers: [second] }));
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: 'kept' }));
  await lambda.send(new DeleteLayerVersionCommand({ LayerName: 'greeting', VersionNumber: 1 }));
  expect(Version).toBe('2');
  expect((await invoke(lambda, 'kept', {}, '1')).payload).toBe('first');
  expect((await invoke(lambda, 'kept', {}, '2')).payload).toBe('second');
  await expect(lambda.send(new GetLayerVersionByArnCommand({ Arn: first }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const { Layers = [] } = await lambda.send(new ListLayersCommand({}));
  expect(Layers.find(({ LayerName }) => LayerName === 'greeting')?.LatestMatchingVersion?.Version).toBe(2);
});

it('deploys a function with a layer of an account that published none here, and says why it cannot run', async () => {
  const arn = 'arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsTypeScriptV2:20';
  await createFunction(lambda, 'public', role, 'export const handler = async () => 1;', { Layers: [arn] });
  const { error, payload } = await invoke(lambda, 'public');
  expect([error, payload]).toMatchObject(['Unhandled', { errorType: 'Runtime.NotSimulated' }]);
  expect(JSON.stringify(payload)).toContain(`The layer ${arn} is of another account`);
});

it('says why it cannot run extensions', async () => {
  const layer = await publish('agent', { 'extensions/agent': '#!/bin/sh' });
  await createFunction(lambda, 'extended', role, 'export const handler = async () => 1;', { Layers: [layer] });
  expect(JSON.stringify((await invoke(lambda, 'extended')).payload)).toContain('has an extension');
});

it('refuses a layer that is not there, or that another account keeps to itself', async () => {
  const create = (name: string, layer: string) => createFunction(lambda, name, role, '', { Layers: [layer] });
  const missing = `arn:aws:lambda:us-east-1:${where.account}:layer:tools:99`;
  await expect(create('missing', missing)).rejects.toThrow(`Layer version ${missing} does not exist.`);
  const theirs = aws.client(LambdaClient, other);
  const layer = await publish('shared', moduleOf('greet', 'theirs'), theirs);
  await expect(create('denied', layer)).rejects.toThrow(/not authorized to perform: lambda:GetLayerVersion/);
  await theirs.send(
    new AddLayerVersionPermissionCommand({
      ...{ LayerName: 'shared', VersionNumber: 1, StatementId: 'all' },
      ...{ Action: 'lambda:GetLayerVersion', Principal: where.account },
    }),
  );
  await createFunction(lambda, 'granted', role, "export { value } from 'greet';", {
    Layers: [layer],
    Code: { ZipFile: zipOf("import { value } from 'greet'; export const handler = async () => value;") },
  });
  expect((await invoke(lambda, 'granted')).payload).toBe('theirs');
});
