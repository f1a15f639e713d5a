import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { check as checkAt } from '../../cli/check/check.ts';
import { describeReport } from '../../cli/check/describe.ts';
import { readPolicyFrom } from '../../cli/check/read-policy.ts';
import { pack } from '../../cli/pack/pack.ts';
import { manifest } from '../artifacts/builders.ts';
import { brokenArtifacts } from '../artifacts/broken.ts';
import { samplePolicy } from '../core/samples.ts';
import { sluice } from './command.ts';

const SAMPLE = 'local/sample-service/v1';
const policy = samplePolicy();
const now = '2026-11-26T12:00:00.000Z';

/** On a day of its own: runtimes close as time goes by. */
const check = (path: string, rules: typeof policy | undefined) => checkAt(path, rules, { now });

/** A folder with these files, in a folder of its own. */
function folderOf(files: Readonly<Record<string, string | object>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const release = {
  ...manifest('1.0.0'),
  template: 'template.yaml',
  alarms: undefined,
  checks: undefined,
  parameters: undefined,
};
const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: orders
      Handler: index.handler
      CodeUri: ./code
  Net:
    Type: AWS::EC2::VPC
`;
const app = {
  'release.json': release,
  'template.yaml': template,
  'code/index.js': 'exports.handler = async () => 1;\n',
};

describe('a folder', () => {
  it('that is ready is told target by target, with its boundary and the name of its stack', () => {
    const report = check(SAMPLE, policy);
    expect(report).toMatchObject({ ready: true, service: 'orders', obstacles: [], remarks: [] });
    expect(describeReport(report)).toBe(
      [
        'staging 222222222222/us-east-1: ready. The boundary is added to 2 roles. The stack is named sluice-orders-staging (default).',
        'production 333333333333/us-east-1: ready. The boundary is added to 2 roles. The stack is named sluice-orders-production (default).',
      ].join('\n'),
    );
  });

  it('is told by what the policy says of stacks and boundaries', () => {
    const services = { orders: { environments: ['staging', 'production'], stack: 'orders-{environment}' } };
    const execution = { '222222222222/us-east-1': { boundary: 'none' } };
    expect(describeReport(check(SAMPLE, samplePolicy({ services, execution })))).toBe(
      [
        'staging 222222222222/us-east-1: ready. The policy wants no permissions boundary. The stack is named orders-staging (policy).',
        'production 333333333333/us-east-1: ready. The boundary is added to 2 roles. The stack is named orders-production (policy).',
      ].join('\n'),
    );
  });

  it('that is not is told with all that is in the way: where, which line, by whom it is mended', () => {
    const report = check(folderOf(app), policy);
    expect(report.obstacles).toMatchObject([
      { code: 'template.kind-not-granted', places: [{ file: 'template.yaml', place: 'Resources.Net.Type', line: 10 }] },
      {
        code: 'template.name-not-granted',
        places: [{ file: 'template.yaml', place: 'Resources.Orders.Properties.FunctionName', line: 6 }],
      },
    ]);
    const text = describeReport(report).split('\n');
    expect(text.slice(0, 6)).toEqual([
      'staging 222222222222/us-east-1: 2 obstacles. The stack is named sluice-orders-staging (default).',
      'production 333333333333/us-east-1: 2 obstacles. The stack is named sluice-orders-production (default).',
      '',
      '2 obstacles:',
      expect.stringMatching(/^- "Net" is of the type AWS::EC2::VPC, .* \[template\.kind-not-granted\]$/),
      '  at template.yaml:10:5 Resources.Net.Type; to be mended by the team, or the platform team',
    ]);
    expect(text.slice(-3)).toEqual([
      'To know besides:',
      expect.stringMatching(
        /^- What AWS::Serverless-2016-10-31 makes of the template is known to CloudFormation alone\./,
      ),
      '- No alias guards Orders: in staging and production it moves all at once.',
    ]);
  });

  it('is told of properties that their types have not: of misspelt ones as obstacles, of others as remarks', () => {
    const text = template
      .replace('      Handler', '      Timeouts: 3\n      Newest: 1\n      Handler')
      .replace(/  Net:[^]*/, '');
    const folder = folderOf({ ...app, 'template.yaml': text.replace('      FunctionName: orders\n', '') });
    const report = check(folder, policy);
    expect(report.obstacles).toMatchObject([
      { code: 'template.property-unknown', path: 'template.yaml', places: [{ line: 6, column: 7 }] },
    ]);
    expect(report.targets.map(({ obstacles }) => obstacles)).toEqual([1, 1]);
    const newer: unknown = expect.stringMatching(
      /^AWS::Serverless::Function has no property "Newest" that this version/,
    );
    expect(report.remarks.filter((one) => one.includes('property'))).toEqual([newer]);
    expect(report.remarks.join('\n')).toContain('(template.yaml:7:7 Resources.Orders.Properties.Newest)');
    // A build that is packed is told of both, and packed.
    expect(pack(folder).propertyNotes).toEqual([expect.stringMatching(/^"Timeouts" .* is called "Timeout"\.$/), newer]);
  });

  it('is told of values that CloudFormation does not take, in the targets where a condition chooses them, at their lines', () => {
    const text = template
      .replace('Resources:', "Conditions:\n  Slow: !Equals [!Ref AWS::AccountId, '333333333333']\nResources:")
      .replace('      FunctionName: orders\n', '      MemorySize: a lot\n      Timeout: !If [Slow, five, 3]\n')
      .replace(/  Net:[^]*/, '');
    const { obstacles, remarks } = check(folderOf({ ...app, 'template.yaml': text }), policy);
    expect(obstacles).toMatchObject([
      { code: 'template.property-value', places: [{ file: 'template.yaml', line: 8 }] },
      { code: 'template.property-value', places: [{ line: 9 }], targets: ['production 333333333333/us-east-1'] },
    ]);
    expect(remarks.filter((one) => one.includes('Timeout'))).toEqual([]);
    const unknown = text.replace('!Ref AWS::AccountId', '!Ref AWS::StackId');
    expect(check(folderOf({ ...app, 'template.yaml': unknown }), policy).remarks).toContainEqual(
      expect.stringMatching(/^Timeout\.Fn::If\[1\] of "Orders" .* is "five"/),
    );
  });

  it('without a policy is judged by the defaults of a new engine, which is said, with nothing that only a policy says', () => {
    expect(check(SAMPLE, undefined)).toMatchObject({ ready: true, policy: 'trial', obstacles: [] });
    expect(check(SAMPLE, policy)).toMatchObject({ policy: 'given' });
    const wrong = { ...release, rollout: { production: 'Canary10Percent5Minutes' } };
    const text = describeReport(check(folderOf({ ...app, 'release.json': wrong }), undefined)).split('\n');
    expect(text.slice(0, 5)).toEqual([
      'No policy is given: judged by the defaults of a new engine, for staging, then production. What your platform wants besides, or allows, is told with --policy.',
      'staging: 1 obstacle.',
      'production: 1 obstacle.',
      '',
      '1 obstacle:',
    ]);
    expect(text.join('\n')).not.toMatch(/[0-9]{12}/);
    const unread = { ...app, 'release.json': '{', 'template.yaml': 'Resources: [' };
    expect(describeReport(check(folderOf(unread), undefined))).not.toContain('No policy');
  });

  it('without a policy is judged for the environments that its manifest names', () => {
    const parameters = { dev: { Size: '2' }, 'prod/444444444444/eu-west-1': { Size: '2' }, prod: { Size: 'small' } };
    const sized = template.replace('Resources:', 'Parameters:\n  Size: { Type: Number, Default: 1 }\nResources:');
    const files = { ...app, 'release.json': { ...release, rollout: undefined, parameters }, 'template.yaml': sized };
    const report = check(folderOf(files), undefined);
    expect(report.targets).toMatchObject([
      { environment: 'dev' },
      { environment: 'prod', account: '444444444444', region: 'eu-west-1' },
    ]);
    expect(report.obstacles.map(({ code }) => code)).toEqual(['template.parameter-value', 'template.kind-not-granted']);
    expect(describeReport(report)).toContain('for dev, then prod.');
  });

  it('that cannot be packed is judged by the policy all the same', () => {
    const { 'code/index.js': code, ...without } = app;
    expect(code).not.toBe('');
    const { obstacles } = check(folderOf(without), policy);
    expect(obstacles.map((one) => one.code)).toEqual([
      'pack.path-missing',
      'template.kind-not-granted',
      'template.name-not-granted',
    ]);
  });

  it('with a manifest or a template that cannot be read is told of that', () => {
    const wrong = check(
      folderOf({ ...app, 'release.json': { ...release, colour: 'red', rollout: { moon: 'AllAtOnce' } } }),
      policy,
    );
    expect(wrong.obstacles.map((one) => one.code)).toEqual(
      expect.arrayContaining(['manifest.unknown-field', 'plan.environment-unknown']),
    );
    const unread = check(folderOf({ ...app, 'template.yaml': 'Resources: [' }), policy);
    expect(unread).toMatchObject({ ready: false, targets: [], remarks: [] });
    expect(unread.obstacles.map((one) => one.code)).toEqual(['template.unreadable']);
    const no = check(folderOf({ ...app, 'release.json': '{' }), policy);
    expect(no.obstacles.map((one) => one.code)).toEqual(['artifact.manifest-not-json']);
    expect(describeReport(no)).toMatch(/\n {2}at release\.json(:1:2)?; to be mended by the team$/);
    expect(() => check(folderOf({}), policy)).toThrow('There is no file');
    expect(() => check('/no/such/folder', policy)).toThrow('There is no file or folder /no/such/folder.');
  });

  it('is judged whole, whatever is wrong with its manifest', () => {
    const codesOf = (manifest: string | object, by = samplePolicy()): string[] => {
      const folder = folderOf({ ...app, 'release.json': manifest });
      return check(folder, by).obstacles.map(({ code }) => code);
    };
    const ofTemplate = ['template.kind-not-granted', 'template.name-not-granted'];
    expect(codesOf({ ...release, alarms: 'ErrorAlarm' })).toEqual(['manifest.wrong-type', ...ofTemplate]);
    expect(codesOf({ ...release, version: 'one' })).toEqual(['manifest.wrong-format', ...ofTemplate]);
    expect(codesOf({ ...release, source: { author: 7 } })).toEqual(['manifest.wrong-type', ...ofTemplate]);
    expect(codesOf({ ...release, checks: { smoke: [{ invoke: 'Orders', colour: 1 }, {}] } })).toEqual([
      'manifest.unknown-field',
      'manifest.missing-field',
      ...ofTemplate,
    ]);
    // What is not known without its name, of a service: which targets it has, and how it may call things.
    const trial = (manifest: string | object): string[] =>
      check(folderOf({ ...app, 'release.json': manifest }), undefined).obstacles.map(({ code }) => code);
    expect(trial({ ...release, service: 'My Orders' })).toEqual(['manifest.wrong-format', 'template.kind-not-granted']);
    expect(trial('{ "service": "orders", }')).toEqual(['artifact.manifest-not-json', 'template.kind-not-granted']);
    const unread = check(folderOf({ ...app, 'release.json': '{' }), undefined);
    expect(unread.remarks.filter((one) => one.startsWith('No alias'))).toEqual([]);
    expect(codesOf({ ...release, service: 'My Orders' })).toEqual(['manifest.wrong-format']);
    const named = check(folderOf({ ...app, 'release.json': { ...release, service: 'My Orders' } }), undefined);
    expect(named).toMatchObject({ version: '1.0.0' });
    expect(named).not.toHaveProperty('service');
  });

  it('is told nothing that holds only because its manifest is wrong', () => {
    const sized = template.replace('Resources:', 'Parameters:\n  Size: { Type: String }\nResources:');
    const text = sized.replace(/  Net:[^]*/, '').replace('      FunctionName: orders\n', '');
    const demanding = samplePolicy();
    const codes = (manifest: object): readonly [string[], readonly string[]] => {
      const { obstacles, remarks } = check(
        folderOf({ ...app, 'template.yaml': text, 'release.json': manifest }),
        demanding,
      );
      return [obstacles.map(({ code }) => code), remarks.filter((one) => one.startsWith('No alias'))];
    };
    expect(codes(release)).toMatchObject([['template.parameter-missing'], [{}]]);
    expect(codes({ ...release, parameters: { staging: { Size: 3 } } })).toMatchObject([['manifest.wrong-type'], [{}]]);
    expect(codes({ ...release, parameters: 'none', guard: 'Orders' })).toEqual([
      ['manifest.wrong-type', 'manifest.wrong-type'],
      [],
    ]);
  });

  it('is told file and line of everything at once, in template and manifest', () => {
    const text = [
      '{',
      '  "service": "orders",',
      '  "version": "1.0.0",',
      '  "source": { "author": "Ada <ada@example.com>" },',
      '  "template": "template.yaml",',
      '  "colour": "red",',
      '  "guard": [',
      '    "Gone"',
      '  ],',
      '  "alarms": ["NoAlarm"],',
      '  "rollout": { "moon": "AllAtOnce" }',
      '}',
    ].join('\n');
    const { 'code/index.js': code, ...without } = app;
    expect(code).not.toBe('');
    const mode = template.replace('      Handler', '      Timeout: 007\n      Handler');
    const folder = folderOf({ ...without, 'release.json': text, 'template.yaml': mode });
    const { obstacles } = check(folder, policy);
    expect(obstacles.map(({ code, places }) => [code, places.map(({ file, line }) => `${file}:${line}`)])).toEqual([
      ['manifest.unknown-field', ['release.json:6']],
      ['template.name-unknown', ['release.json:10']],
      ['template.guard', ['release.json:8']],
      ['template.ambiguous-number', ['template.yaml:7']],
      ['pack.path-missing', ['template.yaml:9']],
      ['plan.environment-unknown', ['release.json:11']],
      ['template.kind-not-granted', ['template.yaml:11']],
      ['template.name-not-granted', ['template.yaml:6']],
    ]);
    expect(describeReport(check(folder, policy))).toContain('at release.json:8:5 guard[0]; to be mended by the team');
  });

  it('is told the line that a parser names', () => {
    const yaml = check(folderOf({ ...app, 'template.yaml': `${template}  bad: [\n  - }\n` }), policy).obstacles;
    expect(yaml).toMatchObject([{ code: 'template.unreadable', places: [{ file: 'template.yaml', line: 12 }] }]);
    const json = check(folderOf({ ...app, 'release.json': '{\n  "service": "orders",\n}' }), policy).obstacles;
    expect(json[0]).toMatchObject({
      code: 'artifact.manifest-not-json',
      places: [{ file: 'release.json', line: 3 }],
    });
  });

  it('names the template that people write, where SAM built another', () => {
    const built = template.replaceAll('\n', '\n\n').replace('./code', 'Orders');
    const folder = folderOf({ ...app, '.aws-sam/build/template.yaml': built, '.aws-sam/build/Orders/index.js': '' });
    const report = check(folder, policy);
    expect(report.template).toBe('template.yaml');
    expect(report.obstacles).toMatchObject([
      { code: 'template.kind-not-granted', path: 'template.yaml', places: [{ file: 'template.yaml', line: 10 }] },
      { code: 'template.name-not-granted' },
    ]);
  });

  it('names the template that a build tool wrote', () => {
    const folder = folderOf({
      'release.json': { ...release, template: 'template.json' },
      'cdk.out/manifest.json': {
        version: '40.0.0',
        artifacts: {
          Orders: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Orders.template.json' } },
        },
      },
      'cdk.out/Orders.template.json': JSON.stringify({ Resources: { Net: { Type: 'AWS::EC2::VPC' } } }, undefined, 1),
    });
    expect(check(folder, policy).obstacles).toMatchObject([
      {
        ...{ code: 'template.kind-not-granted', path: 'cdk.out/Orders.template.json' },
        places: [{ file: 'cdk.out/Orders.template.json', line: 4, column: 4 }],
      },
    ]);
  });

  it('tells where an obstacle is, if it is not everywhere', () => {
    const execution = { '222222222222/us-east-1': { managedPolicies: ['arn:aws:iam::aws:policy/PowerUserAccess'] } };
    const net = folderOf({ ...app, 'template.yaml': template.replace('      FunctionName: orders\n', '') });
    const text = describeReport(check(net, samplePolicy({ execution }))).split('\n');
    expect(text.slice(0, 2)).toEqual([expect.stringContaining(': ready.'), expect.stringContaining(': 1 obstacle.')]);
    expect(text).toContain('  only in production 333333333333/us-east-1');
  });
});

describe('an artifact', () => {
  const file = (bytes: Uint8Array): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'check-')), 'orders.zip');
    writeFileSync(path, bytes);
    return path;
  };

  it('is told as its folder is', () => {
    expect(check(file(pack(SAMPLE).bytes), policy)).toEqual(check(SAMPLE, policy));
  });

  it('is told with the lines that it says it comes from', () => {
    const folder = folderOf(app);
    const [ofFolder, ofArtifact] = [folder, file(pack(folder).bytes)].map((path) =>
      check(path, samplePolicy()).obstacles.map(({ code, places }) => [code, places]),
    );
    expect(ofArtifact).toEqual(ofFolder);
    expect(JSON.stringify(ofArtifact)).toContain('"file":"template.yaml","line":');
  });

  // What is wrong with the bytes of an archive by themselves – and with the name of the object – is told when it is dropped.
  const contents = brokenArtifacts.filter(
    ({ codes, first }) => first === undefined && codes.every((code) => /^(manifest|template|plan)\./.test(code)),
  );
  it.each(contents)('has what the engine rejects it for: $name', ({ build, version, codes }) => {
    expect(check(file(build(version)), sampleOfIntake()).obstacles.map(({ code }) => code)).toEqual(codes);
  });

  it('that is none is told so', () => {
    expect(check(file(Buffer.from('no zip')), policy).obstacles.map(({ code }) => code)).toEqual([
      'artifact.not-a-zip',
    ]);
    expect(check(file(new Uint8Array()), policy).obstacles.map(({ code }) => code)).toEqual(['artifact.empty']);
  });
});

/** The policy by which the broken artifacts are rejected. */
function sampleOfIntake() {
  return readPolicyFrom('policy.json', now);
}

describe('the command', () => {
  const schema = z.strictObject({
    ready: z.boolean(),
    policy: z.enum(['given', 'trial']),
    ...{ service: z.string(), version: z.string(), template: z.string() },
    targets: z.array(z.looseObject({ environment: z.string() })).length(2),
    obstacles: z.array(z.looseObject({ code: z.string() })),
    remarks: z.array(z.string()),
  });

  it('prints what is ready, and ends with 7 where something is not', async () => {
    const broken = folderOf(app);
    const [ready, wrong, none, no] = await Promise.all([
      sluice({}, 'check', SAMPLE, '--policy', 'policy.json', '--json'),
      sluice({}, 'check', broken, '--policy', 'policy.json', '--json'),
      sluice({}, 'check', SAMPLE),
      sluice({}, 'check', SAMPLE, '--policy', join(broken, 'no.json')),
    ]);
    expect(ready).toMatchObject({ code: 0, stderr: '' });
    expect(schema.parse(JSON.parse(ready.stdout))).toMatchObject({ ready: true, obstacles: [] });
    expect(wrong.code).toBe(7);
    expect(schema.parse(JSON.parse(wrong.stdout))).toMatchObject({ ready: false, obstacles: [{}, {}] });
    expect(JSON.parse(wrong.stderr)).toEqual({
      error: `${basename(broken)} cannot be released: 2 obstacles.`,
      ...{ code: 'cli.would-be-rejected', obstacles: 2 },
    });
    expect(none).toMatchObject({ code: 0, stderr: '' });
    expect(none.stdout).toMatch(/^No policy is given: .*\nstaging: ready\.\nproduction: ready\.\n$/);
    expect(no).toMatchObject({ code: 2, stdout: '' });
    expect(no.stderr).toContain("no.json: --policy names the platform team's policy.json.");
  });

  it('refuses a policy that could not be deployed', () => {
    const text = readFileSync('policy.json', 'utf8');
    const folder = folderOf({ 'policy.json': text.replace('{', '{ "colour": "red",'), 'text.json': '{' });
    const file = join(folder, 'policy.json');
    expect(() => readPolicyFrom(file, now)).toThrow(
      `(at ${file}:1:3; to be mended by the platform team) [policy.unknown-field]`,
    );
    expect(() => readPolicyFrom(join(folder, 'text.json'), now)).toThrow('is not JSON');
    writeFileSync(join(folder, 'wide.json'), Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect(() => readPolicyFrom(join(folder, 'wide.json'), now)).toThrow('is UTF-16 text, as some editors');
    writeFileSync(join(folder, 'marked.json'), `\ufeff${text}`);
    expect(readPolicyFrom(join(folder, 'marked.json'), now)).toEqual(readPolicyFrom('policy.json', now));
  });
});
