import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { pack } from '../../../cli/pack/pack.ts';
import { application, problemsOf, refusalOf, type Files } from './application.ts';

interface Written {
  readonly properties: object;
  readonly metadata?: object;
  readonly globals?: object;
}

function sam({ properties, metadata = {}, globals = {} }: Written, files: Files): string {
  const template = {
    Transform: 'AWS::Serverless-2016-10-31',
    Parameters: { Handler: { Type: 'String', Default: 'x' }, Environment: { Type: 'String', Default: 'x' } },
    Conditions: { Wrapped: { 'Fn::Equals': ['a', 'b'] } },
    Globals: { Function: globals },
    Resources: { It: { Type: 'AWS::Serverless::Function', Metadata: metadata, Properties: properties } },
  };
  const code = Object.entries(files).map(([name, content]): [string, string | Uint8Array] => [`src/${name}`, content]);
  return application({ ...Object.fromEntries(code), 'template.yaml': JSON.stringify(template) });
}

const AT = 'Resources.It.Properties.Handler';
const LAYER = ['arn:aws:lambda:us-east-1:451483290750:layer:NewRelicPython312:18'];

describe('a handler that its code does not hold is refused', () => {
  it.each([
    ['nodejs24.x', 'indx.handler', ['index.js'], 'indx.js, indx.mjs or indx.cjs'],
    ['nodejs24.x', 'src/app.lambdaHandler', ['app.js'], 'src/app.js'],
    ['python3.14', 'app.lambda_handler', ['main.py'], 'app.py'],
    ['python3.14', 'shop.orders.handler', ['shop.py'], 'shop/orders.py'],
    ['ruby3.4', 'app.Shop::Orders.process', ['main.rb'], 'app.rb'],
    ['nodejs24.x', 'app.handler', ['app.ts', 'app/readme.md'], 'app.js'],
    ['python3.14', 'app.handler', ['main.py', 'app/readme.md'], 'app.py'],
    ['java21', 'shop.Orders::handleRequest', ['src/main/java/shop/Orders.java', 'pom.xml'], 'shop/Orders.class or jar'],
    ['java21', 'shop.Orders', ['gradle/wrapper/gradle-wrapper.jar', 'build.gradle'], 'shop/Orders.class or jar'],
    ['java21', 'shop.Orders', ['target/classes/shop/Orders.class', 'orders.jar'], 'shop/Orders.class or jar'],
    ['dotnet8', 'Shop::Shop.Orders::Handle', ['Orders.cs', 'Shop.csproj'], 'assembly'],
    ['dotnet8', 'Shop::Shop.Orders::Handle', ['Shop.csproj', 'bin/Debug/net8.0/Shop.dll'], 'assembly'],
    ['dotnet8', 'Shop', ['Shop.csproj', 'bin/Debug/net8.0/Shop.dll'], 'Shop, Shop.dll or bootstrap'],
  ])('%s: %s', (runtime, handler, files, expected) => {
    const folder = sam(
      { properties: { CodeUri: 'src', Handler: handler, Runtime: runtime } },
      Object.fromEntries(files.map((name) => [name, 'x'])),
    );
    expect(refusalOf(folder).problems).toMatchObject([{ code: 'pack.handler-missing', path: AT }]);
    expect(refusalOf(folder).message).toContain(`holds no ${expected}`);
  });

  it('without bootstrap, for a runtime of its own', () => {
    const properties = { CodeUri: 'src', Handler: 'main', Runtime: 'provided.al2023' };
    expect(problemsOf(sam({ properties }, { 'main.go': 'x' }))).toEqual([
      ['pack.handler-missing', 'Resources.It.Properties.Runtime'],
    ]);
    expect(problemsOf(sam({ properties }, { bootstrap: 'x' }))).toEqual([]);
  });

  it.each([
    [0o100755, 3, []],
    [0o100644, 3, [expect.stringMatching(/src\/code\.zip holds a bootstrap that is not executable.*"It"/)]],
    [0, 0, [expect.stringContaining('chmod +x bootstrap')]],
  ])('and told of a bootstrap that Lambda cannot start, in a zip: mode %o of system %i', (mode, os, notes) => {
    const zip = zipSync({ bootstrap: [strToU8('x'), { os, attrs: mode << 16 }], 'a.txt': strToU8('a') });
    const properties = { CodeUri: 'src/code.zip', Handler: 'main', Runtime: 'provided.al2023' };
    expect(pack(sam({ properties }, { 'code.zip': zip })).notes).toEqual(notes);
    expect(pack(sam({ properties: { ...properties, Runtime: 'cobol1' } }, { 'code.zip': zip })).notes).toEqual([]);
  });

  it('also in a zip, by Globals, and with a layer, where its source is there', () => {
    const zip = zipSync({ 'index.js': strToU8('x') });
    const globals = { CodeUri: 'src/code.zip', Handler: 'app.handler', Runtime: 'nodejs24.x' };
    expect(problemsOf(sam({ properties: {}, globals }, { 'code.zip': zip }))).toEqual([['pack.handler-missing', AT]]);
    const properties = { CodeUri: 'src', Handler: 'app.handler', Runtime: 'nodejs24.x', Layers: LAYER };
    expect(refusalOf(sam({ properties }, { 'app.ts': 'x' })).message).toContain(
      'app.ts is there, which Lambda does not run: build first (such as by "sam build")',
    );
  });
});

describe('a handler is found', () => {
  it.each([
    ['nodejs24.x', 'index.handler', 'index.mjs'],
    ['nodejs24.x', 'index.orders.handler', 'index.js'],
    ['nodejs24.x', './dist/a.b/index.handler', 'dist/a.b/index.cjs'],
    ['nodejs24.x', 'lib/orders.handler', 'lib/orders/index.js'],
    ['nodejs24.x', 'newrelic-lambda-wrapper.handler', 'node_modules/newrelic-lambda-wrapper/index.js'],
    ['python3.14', 'shop/orders.handler', 'shop/orders.py'],
    ['python3.14', 'shop.orders.handler', 'shop/orders/__init__.py'],
    ['python3.14', 'app.handler', 'app.cpython-314-x86_64-linux-gnu.so'],
    ['ruby3.4', 'lib/app.Shop::Orders.process', 'lib/app.rb'],
    ['nodejs24.x', 'lib/orders.handler', 'lib/orders/package.json'],
    ['python3.14', 'app.handler', 'app/__init__.cpython-314-x86_64-linux-gnu.so'],
    ['java21', 'shop.Orders::handleRequest', 'lib/shop.jar'],
    ['java21', 'shop.Orders$Inner', 'shop/Orders$Inner.class'],
    ['dotnet8', 'Shop::Shop.Orders::Handle', 'Shop.dll'],
    ['dotnet8', 'Shop', 'Shop'],
    ['dotnet8', 'Shop', 'Shop.dll'],
    ['dotnet8', 'Shop', 'bootstrap'],
    ['dotnet8', 'bootstrap', 'bootstrap'],
    ['cobol1', 'whatever', 'x'],
  ])('%s: %s in %s', (runtime, handler, file) => {
    const folder = sam({ properties: { CodeUri: 'src', Handler: handler, Runtime: runtime } }, { [file]: 'x' });
    expect(pack(folder).notes).toEqual([]);
  });

  it.each([
    ['nodejs24.x', '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler', {}, []],
    [
      'python3.14',
      'newrelic_lambda_wrapper.handler',
      {},
      [
        `"${AT}" is "newrelic_lambda_wrapper.handler", and its code holds no newrelic_lambda_wrapper.py: it has to come from one of its layers.`,
      ],
    ],
    ['nodejs24.x', 'run.sh', { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/bootstrap' } } }, []],
    ['nodejs24.x', { Ref: 'Handler' }, {}, []],
    [
      'provided.al2023',
      'main',
      {},
      [
        '"Resources.It.Properties.Runtime" is "provided.al2023", and its code holds no bootstrap: it has to come from one of its layers.',
      ],
    ],
  ])('in a layer, or cannot be known: %s, %j', (runtime, handler, more, notes) => {
    const properties = { CodeUri: 'src', Handler: handler, Runtime: runtime, Layers: LAYER, ...more };
    expect(pack(sam({ properties }, { 'index.js': 'x' })).notes).toEqual(notes);
  });
});

describe('a handler that the environment may lead to is not refused', () => {
  const noted = (runtime: string, handler: string, Environment: object): readonly string[] => {
    const properties = { CodeUri: 'src', Handler: handler, Runtime: runtime, Environment };
    return pack(sam({ properties }, { 'lib/app.js': 'x' })).notes;
  };

  it.each([
    ['python3.14', 'app.handler', 'PYTHONPATH'],
    ['nodejs24.x', 'app.handler', 'NODE_PATH'],
    ['ruby3.4', 'app.handler', 'RUBYLIB'],
  ])('%s: %s, by %s', (runtime, handler, variable) => {
    expect(noted(runtime, handler, { Variables: { [variable]: '/var/task/lib' } })).toEqual([
      expect.stringContaining(`it has to come from where ${variable} leads.`),
    ]);
  });

  it.each([
    { 'Fn::If': ['Wrapped', { Variables: {} }, { Ref: 'AWS::NoValue' }] },
    { Variables: { Ref: 'Environment' } },
    { Variables: { 'Fn::Transform': { Name: 'AWS::Include', Parameters: {} }, LEVEL: 'INFO' } },
  ])('as it is computed: %j', (environment) => {
    expect(noted('nodejs24.x', 'app.handler', environment)).toEqual([]);
  });

  it('unless it is of another runtime', () => {
    const Environment = { Variables: { RUBYLIB: 'lib' } };
    const properties = { CodeUri: 'src', Handler: 'app.handler', Runtime: 'python3.14', Environment };
    expect(problemsOf(sam({ properties }, { 'main.py': 'x' }))).toEqual([['pack.handler-missing', AT]]);
  });
});

describe('a build that is forgotten', () => {
  const properties = { CodeUri: 'src', Handler: 'app.handler', Runtime: 'nodejs24.x' };

  it.each(['esbuild', 'makefile', 'nodejs24.x'])('is refused by BuildMethod: %s', (method) => {
    const folder = sam({ properties, metadata: { BuildMethod: method } }, { 'app.js': 'x' });
    expect(problemsOf(folder)).toEqual([['pack.build-missing', 'Resources.It.Metadata.BuildMethod']]);
    expect(refusalOf(folder).message).toContain('run "sam build" first, or set Metadata.SkipBuild: true');
  });

  it.each([{ SkipBuild: true }, { SamResourceId: 'It' }])('is none where it is not asked for: %j', (more) => {
    expect(problemsOf(sam({ properties, metadata: { BuildMethod: 'esbuild', ...more } }, { 'app.js': 'x' }))).toEqual(
      [],
    );
  });

  it('is told where packages of Python are not installed', () => {
    const python = { ...properties, Runtime: 'python3.14' };
    const notes = (files: Files, more: object = {}): readonly string[] =>
      pack(sam({ properties: { ...python, ...more } }, { 'app.py': 'x', ...files })).notes;
    const needs = { 'requirements.txt': '# what it needs\n-r more.txt\nBoto3\nrequests>=2 # for calls\n' };
    expect(notes(needs)).toEqual([
      expect.stringContaining('has a requirements.txt, and none of its packages: install'),
    ]);
    expect(notes({ ...needs, 'requests-2.0.dist-info/METADATA': 'x' })).toEqual([]);
    expect(notes({ 'requirements.txt': 'boto3==1.40\n# nothing else\n' })).toEqual([]);
    expect(notes(needs, { Layers: [{ Ref: 'AWS::NoValue' }] })).toEqual([]);
  });

  it('is told where dependencies are not installed', () => {
    const needs = (name: string): string => JSON.stringify({ dependencies: { [name]: '1' } });
    const notes = (files: Files): readonly string[] => pack(sam({ properties }, { 'app.js': 'x', ...files })).notes;
    expect(notes({ 'package.json': needs('got') })).toEqual([
      expect.stringContaining('has a package.json with dependencies, and no node_modules'),
    ]);
    expect(notes({ 'package.json': needs('@aws-sdk/client-s3') })).toEqual([]);
    expect(notes({ 'package.json': needs('got'), 'node_modules/got/index.js': 'x' })).toEqual([]);
  });
});

it.each(['constructor', 'toString', '__proto__'])('a resource of the type %s is refused in words', (Type) => {
  const template = { Resources: { A: { Type, Properties: { Code: 'src' } } } };
  const folder = application({ 'template.yaml': JSON.stringify(template) });
  expect(() => pack(folder)).toThrow('[template.name-reserved]');
});
