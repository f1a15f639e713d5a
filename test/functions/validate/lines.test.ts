import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../../cli/pack/pack.ts';
import { ArtifactRejected } from '../../../core/contract/errors.ts';
import { type Problem, problemLine, recordedProblems } from '../../../core/values/problems.ts';
import { readEvents } from '../../../engine/ledger/read.ts';
import { artifact, manifest, textEntry } from '../../artifacts/builders.ts';
import { application } from '../../cli/pack/application.ts';
import { type IntakeHarness, startIntakeHarness } from './intake-harness.ts';

let engine: IntakeHarness;
beforeAll(async () => {
  engine = await startIntakeHarness();
});
afterAll(() => engine.close());

/** `release.json` as a team writes it, a member a line. */
function manifestOf(version: string, further: readonly string[] = []): string {
  const lines = ['"service": "orders"', `"version": "${version}"`, '"source": { "author": "ada@example.com" }'];
  return `{\n  ${[...lines, '"template": "template.yaml"', ...further].join(',\n  ')}\n}\n`;
}

/** Problems with which the engine rejects an artifact, by code. */
async function rejection(key: string, bytes: Uint8Array): Promise<ReadonlyMap<string, Problem>> {
  const { release } = await engine.drop(key, Buffer.from(bytes));
  await expect(engine.validate(release)).rejects.toBeInstanceOf(ArtifactRejected);
  await engine.end(release);
  const events = await readEvents(engine.ledger, release);
  return new Map(recordedProblems(events[1]?.evidence).map((one) => [one.code, one]));
}

const template = `# Jobs of orders.
Parameters:
  Stage:
    Type: String
    Default: s
Resources:

  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      # The platform's names begin with sluice-.
      QueueName: !Sub shared-\${Stage}
  Net:
    Type: AWS::EC2::VPC
`;

/** An artifact as somebody makes one by hand. */
const net = { Resources: { Net: { Type: 'AWS::EC2::VPC' } } };
const bare = (version: string) =>
  manifest(version, {
    alarms: undefined,
    checks: undefined,
    requires: undefined,
    rollout: undefined,
    parameters: undefined,
  });

describe('what the engine has against an artifact', () => {
  it('is told with the lines of the files that its team wrote', async () => {
    const folder = application({
      'template.yaml': template,
      'release.json': manifestOf('1.0.0', ['"rollout": {\n    "moon": "AllAtOnce"\n  }']),
    });
    const { key, bytes } = pack(folder);
    const told = await rejection(key, bytes);
    expect(told.get('template.name-not-granted')).toMatchObject({
      path: 'template.json',
      places: ['Resources.Jobs.Properties.QueueName'],
      at: [{ file: 'template.yaml', line: 12, column: 7, place: 'Resources.Jobs.Properties.QueueName' }],
    });
    const [vpc, moon] = ['template.kind-not-granted', 'plan.environment-unknown'].map((code) => told.get(code));
    expect(vpc === undefined ? '' : problemLine(vpc)).toContain(
      '(at template.yaml:14:5 Resources.Net.Type; to be mended by the team, or the platform team)',
    );
    expect(moon === undefined ? '' : problemLine(moon)).toContain(
      '(at release.json:7:5 rollout.moon; to be mended by the team)',
    );
  });

  it('is the same, and without lines, where it does not say where it comes from, or nothing that can be read', async () => {
    const say = (Resources: readonly number[], file = 'template.yaml') =>
      JSON.stringify({ format: 1, template: { file, at: { Resources } } });
    const told = [];
    for (const [patch, more] of [
      [0, []],
      [1, [textEntry('places.json', '{')]],
      [2, [textEntry('places.json', say([1, 1], '../../etc/passwd'))]],
      [3, [textEntry('places.json', `${say([1, 1])}${' '.repeat(1024 * 1024)}`)]],
      [4, [textEntry('places.json', say([99, 9]))]],
    ] as const) {
      const version = `2.0.${patch}`;
      const bytes = artifact(version, { manifest: bare(version), template: net, more });
      told.push([...(await rejection(`orders/${version}.zip`, bytes)).values()]);
    }
    const [without, ...others] = told;
    expect(without?.map(({ code, at }) => [code, at])).toEqual([['template.kind-not-granted', undefined]]);
    expect(others.slice(0, 3)).toEqual([without, without, without]);
    expect(others[3]?.map((one) => ({ ...one, at: undefined }))).toEqual(without);
    expect(others[3]?.[0]?.at).toMatchObject([{ file: 'template.yaml', line: 99, column: 9 }]);
  });

  it('is judged by a template of that name as by any other', async () => {
    const manifest = { ...bare('3.0.0'), template: 'places.json' };
    const bytes = artifact('3.0.0', { manifest, template: net, templateName: 'places.json' });
    const told = [...(await rejection('orders/3.0.0.zip', bytes)).values()];
    expect(told.map(({ code, path, at }) => [code, path, at])).toEqual([
      ['template.kind-not-granted', 'places.json', undefined],
    ]);
  });
});
