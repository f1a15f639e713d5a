import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../cli/check/check.ts';
import { readPolicyFrom } from '../../cli/check/read-policy.ts';
import { pack, type PackedArtifact } from '../../cli/pack/pack.ts';
import { application as folderOf, opened, refusalOf } from '../cli/pack/application.ts';
import { keptOut, obstacles, resourcesOf, type Shown } from './obstacles.ts';
import { packElsewhere } from './pack-elsewhere.ts';
import { applications } from './table.ts';
import { writeApplication } from './write-application.ts';

const policy = readPolicyFrom('test/end-to-end/policy.json', '2026-11-26T12:00:00.000Z');
const EITHER = 'the team, or the platform team';
const packed: (Shown & { readonly name: string; readonly artifact: PackedArtifact })[] = [];

beforeAll(async () => {
  for (const application of applications) {
    const folder = await writeApplication(application, '1.0.0');
    const artifact = pack(folder);
    // It holds all code that it names, or this throws.
    const resources = resourcesOf(opened(artifact).template);
    packed.push({ ...{ name: application.name, application, folder, artifact, resources }, taken: artifact.taken });
  }
});
afterAll(() => {
  for (const { folder } of packed) rmSync(dirname(folder), { recursive: true, force: true });
});

describe('applications as teams have them', () => {
  it('are twelve of SAM, twelve of the CDK, five of Serverless and five plain ones, each with a name of its own', () => {
    const kinds = applications.map(({ kind }) => kind);
    const counts = ['sam', 'cdk', 'serverless', 'plain'].map((kind) => kinds.filter((one) => one === kind).length);
    expect(counts).toEqual([12, 12, 5, 5]);
    expect(new Set(applications.map(({ name }) => name)).size).toBe(34);
    expect(applications.filter(({ quick }) => quick)).toHaveLength(6);
  });

  it('are not packed without any one of the files and folders that they name, which is named', () => {
    for (const { taken, folder, name } of packed)
      for (const path of new Set(taken.map((one) => one.path))) {
        renameSync(path, `${path}.gone`);
        const { message } = refusalOf(folder);
        renameSync(`${path}.gone`, path);
        expect(message, `${name} without ${path}`).toContain(path.replace(/^.*[/]/, ''));
      }
  });

  it('give the same bytes in another time zone, by another umask, and whatever the order in which files are listed', async () => {
    const { digests } = await packElsewhere(packed.map(({ folder }) => folder));
    expect(digests).toEqual(packed.map(({ artifact }) => artifact.sha256));
  });
});

describe('what kept public applications out', () => {
  it.each(obstacles)('$obstacle: some of the applications that are released have it', ({ shows }) => {
    expect(packed.filter((one) => shows(one)).map(({ name }) => name)).not.toEqual([]);
  });

  it('stands in the way of none of the applications, by the engine’s own rules', () => {
    const reports = packed.map(({ folder, name }) => ({ name, ...check(folder, policy) }));
    const told = reports.flatMap(({ name, obstacles: found }) => found.map(({ message }) => `${name}: ${message}`));
    expect(told).toEqual([]);
    expect(reports.map(({ ready }) => ready)).not.toContain(false);
  });

  it('and really cannot come in is told all at once, each with its place and who can mend it', () => {
    const files = { 'template.yaml': JSON.stringify({ Resources: keptOut }) };
    const { ready, obstacles: found } = check(folderOf(files, { service: 'app-kept-out' }), policy);
    expect(ready).toBe(false);
    const account = found.find(({ message }) => message.includes('AWS::ApiGateway::Account'));
    expect(account?.message).toContain('The CDK leaves it out where a RestApi says cloudWatchRole: false.');
    const told = found.flatMap(({ code, places, who }) => places.map(({ place }) => [place, code, who]));
    const kinds = ['Account', 'Cluster', 'Domain', 'Network', 'Record', 'Subnet', 'Zone'];
    expect(told.sort()).toEqual(
      [
        ...kinds.map((id) => [`Resources.${id}.Type`, 'template.kind-not-granted', EITHER]),
        ['Resources.Child.Type', 'template.nested-stack', 'the team'],
        ['Resources.Queue.Properties.QueueName', 'template.name-not-granted', EITHER],
      ].sort(),
    );
  });
});
