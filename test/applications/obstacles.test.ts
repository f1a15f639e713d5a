import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../cli/check/check.ts';
import { readPolicyFrom } from '../../cli/check/read-policy.ts';
import { pack } from '../../cli/pack/pack.ts';
import { application as folderOf, opened } from '../cli/pack/application.ts';
import { keptOut, obstacles, resourcesOf, type Shown } from './obstacles.ts';
import { applications } from './table.ts';
import { writeApplication } from './write-application.ts';

const policy = readPolicyFrom('test/end-to-end/policy.json', '2026-11-26T12:00:00.000Z');
const EITHER = 'the team, or the platform team';
const shown: Shown[] = [];

beforeAll(async () => {
  for (const application of applications) {
    const folder = await writeApplication(application, '1.0.0');
    const packed = pack(folder);
    shown.push({ application, folder, taken: packed.taken, resources: resourcesOf(opened(packed).template) });
  }
});
afterAll(() => {
  for (const { folder } of shown) rmSync(dirname(folder), { recursive: true, force: true });
});

describe('what kept public applications out', () => {
  it.each(obstacles)('$obstacle: some of the applications that are released have it', ({ shows }) => {
    expect(shown.filter((one) => shows(one)).map(({ application }) => application.name)).not.toEqual([]);
  });

  it('stands in the way of none of the applications, by the engine’s own rules', () => {
    const reports = shown.map(({ folder, application }) => ({ name: application.name, ...check(folder, policy) }));
    expect(reports.flatMap(({ name, obstacles: found }) => found.map(({ message }) => `${name}: ${message}`))).toEqual(
      [],
    );
    expect(reports.map(({ ready }) => ready)).not.toContain(false);
  });

  it('and really cannot come in is told all at once, each with its place and who can mend it', () => {
    const folder = folderOf(
      { 'template.yaml': JSON.stringify({ Resources: keptOut }) },
      { service: 'app-kept-out', rollout: { open: 'AllAtOnce' } },
    );
    const { ready, obstacles: found } = check(folder, policy);
    expect(ready).toBe(false);
    const told = found.flatMap(({ code, places, who }) => places.map(({ place }) => [place, code, who]));
    expect(told.sort()).toEqual(
      [
        ['Resources.Account.Type', 'template.kind-not-granted', EITHER],
        ['Resources.Child.Type', 'template.nested-stack', 'the team'],
        ['Resources.Cluster.Type', 'template.kind-not-granted', EITHER],
        ['Resources.Domain.Type', 'template.kind-not-granted', EITHER],
        ['Resources.Network.Type', 'template.kind-not-granted', EITHER],
        ['Resources.Queue.Properties.QueueName', 'template.name-not-granted', EITHER],
        ['Resources.Record.Type', 'template.kind-not-granted', EITHER],
        ['Resources.Subnet.Type', 'template.kind-not-granted', EITHER],
        ['Resources.Zone.Type', 'template.kind-not-granted', EITHER],
      ].sort(),
    );
  });
});
