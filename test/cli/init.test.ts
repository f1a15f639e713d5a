import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, afterAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { editorSchema } from '../../cli/init/editor-schema.ts';
import { init, type InitOptions } from '../../cli/init/init.ts';
import { personAt, type Person } from '../../cli/init/terminal.ts';
import { pack } from '../../cli/pack/pack.ts';
import { documentOf, sluice } from './command.ts';
import { application as createApplication } from './pack/application.ts';
import { serverlessPackage } from './pack/serverless-package.ts';

const SAM = readFileSync('test/cli/sam-application.yaml', 'utf8');
const CODE = 'exports.handler = async () => 1;\n';
const samFiles = {
  'template.yaml': SAM,
  'src/index.js': CODE,
  'src/worker.js': CODE,
  'layer/index.js': CODE,
  'workflow.asl.json': '{}',
};
const TOPIC = 'Resources: { It: { Type: AWS::SNS::Topic } }\n';
const author = 'Ada <ada@example.com>';

// Whoever runs the tests may have told git who they are.
beforeAll(() => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_SYSTEM', '/dev/null');
});
afterAll(() => void vi.unstubAllEnvs());

/** A folder of these files, in a folder of its own. */
function application(files: Readonly<Record<string, string>>, name = 'orders'): string {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'init-'))), name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  return folder;
}

const manifestSchema = z.looseObject({ $schema: z.string(), parameters: z.unknown().optional() });

function manifestIn(folder: string): z.infer<typeof manifestSchema> {
  return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'release.json'), 'utf8')));
}

const begin = (folder: string, options: InitOptions = {}, person?: Person) =>
  init(folder, { author, ...options }, person);

/** Answers in their order, to questions that match. */
function person(...answers: readonly (readonly [question: RegExp, answer: string])[]): Person & { left: () => number } {
  const left = [...answers];
  return {
    left: () => left.length,
    ask: async (question) => {
      const [expected, answer] = left.shift() ?? [/^nothing more is asked$/, ''];
      expect(question).toMatch(expected);
      return answer;
    },
  };
}

describe('init drafts a manifest that pack takes', () => {
  it('of a SAM template', async () => {
    const folder = application(samFiles);
    const { found, summary } = await begin(folder);
    expect(found).toBe('Found a SAM application: 2 functions, 1 state machine, 1 table, 1 queue, 1 HTTP API.');
    expect(summary).toBe('service orders, version 0.1.0, no alarms, 1 smoke check (GET Url)');
    expect(manifestIn(folder)).toEqual({
      $schema: './release.schema.json',
      ...{ service: 'orders', version: '0.1.0', source: { author }, template: 'template.yaml' },
      checks: { smoke: [{ http: 'Url' }] },
    });
    expect(pack(folder).key).toBe('orders/0.1.0.zip');
  });

  it('of what sam build made', async () => {
    const built = Object.fromEntries(Object.entries(samFiles).map(([name, text]) => [`.aws-sam/build/${name}`, text]));
    const folder = application({ 'template.yaml': SAM, ...built });
    await begin(folder);
    expect(manifestIn(folder)['template']).toBe('template.yaml');
    expect(pack(folder).template).toContain('.aws-sam/build/template.yaml');
  });

  it.each([
    ['stack.yml', TOPIC],
    ['stack.json', JSON.stringify({ Resources: { It: { Type: 'AWS::SNS::Topic' } } })],
  ])('of CloudFormation in %s, whatever else is there', async (name, text) => {
    const folder = application({
      [name]: text,
      'package.json': '{}',
      'compose.yaml': 'Resources: { a: { Type: b } }\n',
    });
    expect((await begin(folder)).found).toBe('Found a CloudFormation template: 1 topic.');
    expect(manifestIn(folder)['template']).toBe(name);
    expect(pack(folder).service).toBe('orders');
  });
});

it('of what the Serverless Framework built, and says what is not built', async () => {
  const folder = createApplication({ ...serverlessPackage() });
  rmSync(join(folder, 'release.json'));
  const { found, manifest } = await begin(folder, { service: 'shop' });
  expect(found).toMatch(/^Found a Serverless Framework application: 2 functions/);
  expect(manifest.template).toBe('template.json');
  expect(pack(folder).service).toBe('shop');
  await expect(begin(application({ 'cdk.json': '{}' }))).rejects.toThrow(/cdk synth/);
});

it('of one stack of a CDK app that has several, by whose template pack knows it', async () => {
  const stack = (name: string) => ({
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/unknown-region',
    properties: { templateFile: `${name}.template.json` },
    displayName: name,
  });
  const folder = application({
    'cdk.out/manifest.json': JSON.stringify({
      version: '48.0.0',
      artifacts: { Data: stack('Data'), Api: stack('Api') },
    }),
    'cdk.out/Data.template.json': JSON.stringify({ Resources: { T: { Type: 'AWS::SNS::Topic' } } }),
    'cdk.out/Api.template.json': JSON.stringify({ Resources: { Q: { Type: 'AWS::SQS::Queue' } } }),
  });
  await expect(begin(folder)).rejects.toThrow(/2 stacks[^]*--stack \(Data, Api\)/);
  expect((await begin(folder, { stack: 'Api' })).found).toBe('Found a CDK application: 1 queue.');
  expect(manifestIn(folder)['template']).toBe('Api.template.json');
  expect(pack(folder).template).toBe(join(folder, 'cdk.out/Api.template.json'));
  expect(pack(folder, { stack: 'Data' }).template).toBe(join(folder, 'cdk.out/Data.template.json'));
  const { notes } = await begin(folder, { stack: 'Api', app: join(folder, 'cdk.out'), force: true });
  expect(notes).toContain(`Name the build to the other commands, too: sluice pack ${folder} --app ${folder}/cdk.out`);
});

it('ends plainly where a question is closed without an answer', async () => {
  const input = new PassThrough();
  const answer = personAt(input, new PassThrough()).ask('Who made this?');
  input.end();
  await expect(answer).rejects.toThrow(expect.objectContaining({ details: { code: 'cli.answer-needed' } }));
  const answered = new PassThrough();
  const given = personAt(answered, new PassThrough()).ask('Who made this?');
  answered.write('Ada \n');
  expect(await given).toBe('Ada');
});

describe('init knows', () => {
  it('name and version of package.json, or of the folder that says which service it is', async () => {
    const named = application({ 'template.yaml': TOPIC, 'package.json': '{"name":"@acme/shop","version":"2.1.0"}' });
    expect((await begin(named)).manifest).toMatchObject({ service: 'shop', version: '2.1.0' });
    const odd = application({ 'template.yaml': TOPIC, 'package.json': '{"name":"@acme/","version":"next"}' });
    expect((await begin(odd)).manifest).toMatchObject({ service: 'orders', version: '0.1.0' });
    const broken = application({ 'template.yaml': TOPIC, 'package.json': '{' });
    expect((await begin(broken)).manifest.service).toBe('orders');
    const below = application({ '.git/HEAD': '', 'infra/template.yaml': TOPIC }, 'payments');
    expect((await begin(join(below, 'infra'))).manifest.service).toBe('payments');
  });

  it('that git knows who made it: that is left to pack, which asks at each build', async () => {
    const folder = application({ 'template.yaml': TOPIC });
    const git = (...args: readonly string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
    git('init', '--quiet');
    git('config', 'user.name', 'Grace');
    git('config', 'user.email', 'grace@example.com');
    expect((await init(folder, {}, undefined)).manifest.source).toBeUndefined();
    expect(manifestIn(folder)).not.toHaveProperty('source');
    expect(pack(folder).sourceNotes).toEqual(['From git: author Grace <grace@example.com>.']);
    const by = { author: 'Ada <ada@example.com>' };
    expect((await init(folder, { force: true, ...by }, undefined)).manifest.source).toEqual(by);
  });

  it('where an editor finds the schema: in the package, in its own repository, or in a copy', async () => {
    const folder = application({ 'template.yaml': TOPIC });
    await begin(folder);
    const copied = readFileSync(resolve(folder, manifestIn(folder).$schema), 'utf8');
    expect(copied).toBe(readFileSync('release.schema.json', 'utf8'));

    const repository = application({
      ...{ '.git/HEAD': '', 'services/orders/template.yaml': TOPIC },
      'node_modules/sluice/release.schema.json': '{}',
    });
    const inside = join(repository, 'services', 'orders');
    await begin(inside);
    expect(manifestIn(inside).$schema).toBe('../../node_modules/sluice/release.schema.json');
    expect(existsSync(join(inside, 'release.schema.json'))).toBe(false);

    const own = realpathSync('.');
    expect(editorSchema('local', own)).toEqual({ path: '../release.schema.json' });
    expect(editorSchema('.', own)).toEqual({ path: './release.schema.json' });
    expect(relative(own, resolve('local', '../release.schema.json'))).toBe('release.schema.json');
  });
});

describe('init asks only what it cannot know', () => {
  const two = { 'a.yaml': TOPIC, 'b.yaml': TOPIC };
  const open =
    'Parameters: { Name: { Type: String, AllowedPattern: "[a-z-]+" }, Password: { Type: String, NoEcho: true } }\n';

  it('which of several templates is meant', async () => {
    const which = /has several templates: a\.yaml, b\.yaml\. Which one/;
    const asked = person([which, 'c.yaml'], [which, 'b.yaml']);
    expect((await begin(application(two), {}, asked)).manifest.template).toBe('b.yaml');
    expect(asked.left()).toBe(0);
    expect((await begin(application(two), { template: 'a.yaml' }, person())).manifest.template).toBe('a.yaml');
    const tired = person([which, ''], [which, ''], [which, '']);
    await expect(begin(application(two), {}, tired)).rejects.toThrow(/Say it by --template\./);
    await expect(begin(application(two))).rejects.toThrow(
      /a\.yaml, b\.yaml\. Which one is released\? Say it by --template\./,
    );
  });

  it('who made it, and how it is called, where nothing says', async () => {
    const folder = application({ 'template.yaml': TOPIC }, '注文');
    const asked = person([/^Who made this\?/, ''], [/^Who made this\?/, author]);
    const { source } = (await init(folder, { service: 'orders' }, asked)).manifest;
    expect(source).toEqual({ author });
    await expect(init(application({ 'template.yaml': TOPIC }), {}, undefined)).rejects.toThrow(
      /git does not say.*--author/,
    );
    const called = person([/^How is the service called\?/, '42'], [/^How is the service called\?/, 'Orders']);
    expect((await begin(folder, { force: true }, called)).manifest.service).toBe('orders');
  });

  it('values of parameters without a default, and no secret', async () => {
    const folder = application({ 'template.yaml': open + TOPIC });
    const asked = person(
      [/^Parameters without a default: Name, Password\. For which environments/, 'staging, Production, production'],
      [/^Name in staging \(String;/, 'Orders'],
      [/^It must match \[a-z-\]\+\. Name in staging/, 'orders-staging'],
      [/^Password in staging \(a reference/, 'hunter2'],
      [/^It must be a reference\. Password in staging/, '{{resolve:secretsmanager:orders}}'],
      [/^Name in production/, ''],
      [/^Password in production/, ''],
    );
    const { manifest, notes } = await begin(folder, {}, asked);
    expect(manifest.parameters).toEqual({
      staging: { Name: 'orders-staging', Password: '{{resolve:secretsmanager:orders}}' },
      production: {},
    });
    expect(notes[0]).toContain('without a value in production: Name and Password');
    expect(pack(folder).service).toBe('orders');
    const none = await begin(folder, { force: true }, person([/^Parameters without a default/, '']));
    expect(none.manifest.parameters).toBeUndefined();
  });
});

describe('init refuses', () => {
  it('to write over a manifest, unless it is forced', async () => {
    const folder = application({ 'template.yaml': TOPIC, 'release.json': 'mine' });
    await expect(begin(folder)).rejects.toThrow(/release\.json is there already: --force/);
    expect(readFileSync(join(folder, 'release.json'), 'utf8')).toBe('mine');
    await begin(folder, { force: true });
    expect(manifestIn(folder)['service']).toBe('orders');
    // The schema of before is Sluice's own.
    rmSync(join(folder, 'release.json'));
    await begin(folder);
    expect(manifestIn(folder)['service']).toBe('orders');
  });

  it('to leave out that it has to be built', async () => {
    const template = SAM.replace('Type: AWS::Serverless::Function', '$&\n    Metadata: { BuildMethod: esbuild }');
    const { notes } = await begin(application({ ...samFiles, 'template.yaml': template }));
    expect(notes).toContain(
      'Run "sam build" before "sluice pack": the template says how its code is built (BuildMethod).',
    );
  });

  it('to write over another file that has the name of the schema', async () => {
    const folder = application({ 'template.yaml': TOPIC, 'release.schema.json': '{}' });
    await expect(begin(folder)).rejects.toThrow(/release\.schema\.json is there already: --force/);
    expect(existsSync(join(folder, 'release.json'))).toBe(false);
  });

  it.each([
    ['Terraform', { 'main.tf': '' }, /a project of Terraform \(main\.tf\), which Sluice cannot release/],
    ['SST', { 'sst.config.ts': '' }, /a project of SST/],
    ['Amplify', { 'amplify/backend.ts': '' }, /a project of Amplify/],
    ['Pulumi', { 'Pulumi.yaml': 'name: a\n' }, /a project of Pulumi/],
    ['Chalice', { '.chalice/config.json': '{}' }, /"chalice package out"/],
    [
      'a service of Serverless that is not built',
      { 'serverless.yml': 'service: a\n' },
      /"serverless package" writes: run/,
    ],
  ])('%s, by name', async (_what, files, message) => {
    await expect(begin(application(files))).rejects.toThrow(message);
  });

  it.each([
    ['a folder without a template', { 'notes.yaml': 'a: 1\n' }, {}, /There is no CloudFormation or SAM template in/],
    ['a template that is not there', {}, { template: 'stack.yaml' }, /There is no template stack\.yaml in/],
    ['a template elsewhere', { 'b/a.yaml': TOPIC }, { template: 'b/a.yaml' }, /name a \.json or \.yaml file in it/],
    ['a template that is wrong', { 'template.yaml': 'Resources: {}\n' }, {}, /\[template\.no-resources\]/],
    [
      'a name that is none',
      { 'template.yaml': TOPIC },
      { service: 'Orders!' },
      /The manifest would be wrong:\n- "service" must be/,
    ],
  ])('%s', async (_what, files, options, message) => {
    const folder = application(files);
    await expect(begin(folder, options)).rejects.toThrow(message);
    expect(existsSync(join(folder, 'release.json'))).toBe(false);
  });

  it('a folder that is not there', async () => {
    await expect(begin('/nonexistent/orders')).rejects.toThrow('There is no folder /nonexistent/orders.');
  });
});

it('the command says what was found, and asks nothing without a terminal', async () => {
  const folder = application(samFiles);
  const ran = await sluice({}, 'init', folder, '--author', author);
  expect(ran.stderr).toBe('');
  expect(ran.stdout.split('\n')).toEqual([
    'Found a SAM application: 2 functions, 1 state machine, 1 table, 1 queue, 1 HTTP API.',
    `Wrote ${folder}/release.json and ${folder}/release.schema.json: service orders, version 0.1.0, no alarms, 1 smoke check (GET Url).`,
    'No alarm judges a release: add one for errors of the functions to the template, and its name to "alarms".',
    '',
  ]);
  const again = await sluice({}, 'init', folder, '--yes', '--force', '--json', '--author', author);
  const begun = documentOf(z.looseObject({ manifest: z.unknown() }), again);
  expect(begun.manifest).toEqual(JSON.parse(readFileSync(join(folder, 'release.json'), 'utf8')));
});
