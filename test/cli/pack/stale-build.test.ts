import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pack } from '../../../cli/pack/pack.ts';
import { zip } from '../../../cli/pack/zip.ts';
import { application, problemsOf, refusalOf } from './application.ts';
import { serverlessPackage } from './serverless-package.ts';

const CODE = 'exports.handler = async () => 1;\n';
const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Timeout: 3, Runtime: nodejs24.x } }
Parameters: { Level: { Type: String, Default: INFO } }
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: src, Handler: index.handler, MemorySize: 256, Policies: [{ Statement: [{ Sid: One }] }] }
  Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: live, DefinitionUri: api.yaml } }
`;
const BUILT = TEMPLATE.replace('CodeUri: src', 'CodeUri: Hello').replace('api.yaml', '../../api.yaml');

/** Built an hour before whatever is written next. */
function built(written = TEMPLATE, made = BUILT): string {
  const folder = application({
    ...{ 'template.yaml': written, 'api.yaml': '{}', 'src/index.js': CODE, 'src/lib/index.test.js': CODE },
    ...{ '.aws-sam/build/template.yaml': made, '.aws-sam/build/Hello/index.js': CODE },
  });
  for (const file of ['src/index.js', 'src/lib/index.test.js', '.aws-sam/build/template.yaml']) at(folder, file, 12);
  return folder;
}

function at(folder: string, file: string, hour: number): void {
  const time = new Date(Date.UTC(2026, 10, 20, hour));
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  utimesSync(join(folder, file), time, time);
}

function write(folder: string, file: string, text: string, hour: number): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
  at(folder, file, hour);
}

describe('what sam build made of an earlier template is refused, with what has changed', () => {
  it.each([
    ['Timeout: 3', 'Timeout: 9', 'Globals.Function.Timeout'],
    ['MemorySize: 256', 'MemorySize: 512', 'Resources.Hello.Properties.MemorySize'],
    ['Sid: One', 'Sid: Two', 'Resources.Hello.Properties.Policies'],
    [', MemorySize: 256', '', 'Resources.Hello.Properties.MemorySize'],
    ['Default: INFO', 'Default: DEBUG', 'Parameters.Level'],
  ])('%s, now %s', (before, after, place) => {
    const folder = built(TEMPLATE.replace(before, after));
    expect(problemsOf(folder)).toEqual([['pack.build-differs', '.aws-sam/build/template.yaml']]);
    expect(refusalOf(folder).message).toContain(`(${place}): run "sam build" again`);
  });

  it('and not what sam build itself writes otherwise', () => {
    const own = BUILT.replace('MemorySize: 256', 'MemorySize: "256", Environment: { Variables: { NODE_OPTIONS: x } }');
    expect(problemsOf(built(TEMPLATE, own))).toEqual([]);
  });

  it('and not a path in a property that is no place of what is built', () => {
    const job = (script: string): string =>
      `${TEMPLATE}  Job: { Type: 'AWS::Glue::Job', Properties: { Command: { ScriptLocation: ${script} } } }\n`;
    const made = job('../../api.yaml').replace('CodeUri: src', 'CodeUri: Hello').replace('Uri: api', 'Uri: ../../api');
    expect(problemsOf(built(job('./api.yaml'), made))).toEqual([]);
    expect(refusalOf(built(job('index.js'), made)).message).toContain('(Resources.Job.Properties.Command)');
  });

  it.each([
    ['../shared/a.py', '../../../shared/a.py', true],
    ['a.py', '../../a.py', true],
    ['lib/a.py', '../../lib/a.py', true],
    ['lib/a.py', '../../a.py', false],
    // Not as seen from the build; another file whose name ends so.
    ['a.py', 'lib/a.py', false],
    ['a.py', '../../aa.py', false],
    ['a.py', '5', false],
  ])('and of paths those that lead elsewhere: %s, %s', (meant, made, same) => {
    const of = (template: string, script: string): string =>
      `${template}  Job: { Type: 'AWS::Glue::Job', Properties: { Command: { Name: ${script} } } }\n`;
    expect(problemsOf(built(of(TEMPLATE, meant), of(BUILT, made)))).toHaveLength(same ? 0 : 1);
  });

  // PyYAML 6 made each of these of what is before it.
  it.each([
    ['yes', 'true'],
    ['Off', 'false'],
    ['12:30:45', '45045'],
    ['-1:30', '-90'],
    ['12:30.5', '750.5'],
    ['0256', '174'],
    ['-0_17', '-15'],
    ['1_000', '1000'],
    ['0b101', '5'],
    ['2026-01-01T00:00:00Z', '2026-01-01 00:00:00+00:00'],
    ['{ NO: { yes: on } }', '{ false: { true: true } }'],
  ])('and not a scalar of YAML 1.1: %s, %s', (written, made) => {
    const of = (template: string, value: string): string => template.replace('Sid: One', `Sid: ${value}`);
    expect(problemsOf(built(of(TEMPLATE, written), of(BUILT, made)))).toEqual([]);
  });

  it('but a text that only begins as one', () => {
    const of = (template: string, value: string): string => template.replace('Default: INFO', `Default: ${value}`);
    expect(problemsOf(built(of(TEMPLATE, 'yes it is'), of(BUILT, 'true')))).toHaveLength(1);
    expect(problemsOf(built(of(TEMPLATE, '2026-13-01T00:00:00Z'), of(BUILT, 'true')))).toHaveLength(1);
    expect(problemsOf(built(of(TEMPLATE, '12:60:45'), of(BUILT, '46845')))).toHaveLength(1);
  });
});

describe('that a build is packed is said', () => {
  const used = (folder: string, build: string, where: string): string =>
    `What "${build}" built is packed, and not the sources: ${join(folder, where)}.`;

  it('and by sam, whether its sources changed since', () => {
    const folder = built();
    expect(pack(folder).buildNotes).toEqual([used(folder, 'sam build', '.aws-sam/build')]);
    // Neither tests nor what Sluice writes are built.
    at(folder, 'src/lib/index.test.js', 13);
    const left = ['node_modules/x.js', '.venv/x.py', 'coverage/x.js', 'tests/x.js', '__tests__/x.js', 'docs/conf.py'];
    for (const file of [...left, 'test_x.py', 'x_test.js', 'x.spec.mts', 'readme.md', 'data.json'])
      write(folder, `src/${file}`, 'other', 13);
    expect(pack(folder).buildNotes).toHaveLength(1);
    write(folder, 'src/events/on-order.js', 'other', 13);
    write(folder, 'src/package.json', '{}', 13);
    expect(pack(folder).buildNotes[1]).toMatch(
      /src\/events\/on-order\.js and 1 more changed after "sam build" ran: run it again/,
    );
  });

  it('and nothing more of a clone, whose files are all newer than a build that has the same', () => {
    const folder = built();
    at(folder, 'src/index.js', 13);
    expect(pack(folder).buildNotes).toHaveLength(1);
    // What another function was built from, and what stands elsewhere in the build, is as it was, too.
    write(folder, 'src/lib/more.py', 'more', 13);
    expect(pack(folder).buildNotes).toHaveLength(2);
    write(folder, '.aws-sam/build/Hello/more.py', 'more', 12);
    expect(pack(folder).buildNotes).toHaveLength(1);
  });

  it('and by sam that code is not what it copied, however old it is', () => {
    const folder = built();
    write(folder, 'src/index.js', `${CODE}// Older\n`, 11);
    expect(pack(folder).buildNotes.slice(1)).toEqual([
      expect.stringMatching(/src\/index\.js is not what "sam build" built from: run it again\.$/),
    ]);
    // npm may write it anew.
    write(folder, 'src/package.json', '{}', 11);
    write(folder, '.aws-sam/build/Hello/package.json', '{ }', 12);
    expect(pack(folder).buildNotes).toHaveLength(2);
    write(folder, 'src/b.js', 'b', 11);
    write(folder, '.aws-sam/build/Hello/b.js', 'c', 12);
    expect(pack(folder).buildNotes[1]).toMatch(/src\/b\.js and 1 more are not what/);
  });

  it.each([
    [
      'what a Makefile or a bundler makes',
      'Type: AWS::Serverless::Function',
      'Type: AWS::Serverless::Function\n    Metadata: { BuildMethod: esbuild }',
    ],
    ['what is compiled', 'nodejs24.x', 'provided.al2023'],
  ])('and by its time alone of %s', (_, before, after) => {
    const folder = built(TEMPLATE.replace(before, after), BUILT.replace(before, after));
    write(folder, '.aws-sam/build/Hello/bootstrap', '', 12);
    write(folder, 'src/index.js', `${CODE}// Another\n`, 11);
    expect(pack(folder).buildNotes).toHaveLength(1);
    at(folder, 'src/index.js', 13);
    expect(pack(folder).buildNotes[1]).toMatch(/src\/index\.js changed after "sam build" ran/);
  });

  it('and of a function without CodeUri, whose code is the folder of the template', () => {
    const folder = built(
      TEMPLATE.replace('CodeUri: src, Handler: index', 'Handler: app'),
      BUILT.replace('index.h', 'app.h'),
    );
    for (const file of ['app.js', '.aws-sam/build/Hello/app.js', '.aws-sam/build/Hello/src/index.js'])
      write(folder, file, CODE, 12);
    expect(pack(folder).buildNotes).toHaveLength(1);
    write(folder, 'app.js', `${CODE}// Another\n`, 11);
    expect(pack(folder).buildNotes[1]).toMatch(/app\.js is not what "sam build" built from/);
  });

  it('and by serverless', () => {
    const folder = application({ ...serverlessPackage(), 'handler.js': CODE }, { template: 'template.json' });
    at(folder, '.serverless/serverless-state.json', 12);
    at(folder, 'handler.js', 11);
    expect(pack(folder).buildNotes).toEqual([used(folder, 'serverless package', '.serverless')]);
    at(folder, 'handler.js', 13);
    expect(pack(folder).buildNotes[1]).toMatch(/handler\.js changed after "serverless package" ran/);
    // A clone is newer than its build, and has the same.
    writeFileSync(
      join(folder, '.serverless/other.zip'),
      zip(new Map([['src/handler.js', { content: Buffer.from(CODE) }]])),
    );
    expect(pack(folder).buildNotes).toHaveLength(1);
    writeFileSync(join(folder, '.serverless/other.zip'), 'no zip');
    expect(pack(folder).buildNotes).toHaveLength(2);
  });

  it('and nothing where the sources are packed', () => {
    const folder = application({ 'template.yaml': TEMPLATE, 'api.yaml': '{}', 'src/index.js': CODE });
    writeFileSync(join(folder, 'src/b.js'), CODE);
    expect(pack(folder).buildNotes).toEqual([]);
  });
});
