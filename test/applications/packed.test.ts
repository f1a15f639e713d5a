import { describe, expect, it } from 'vitest';
import { opened } from '../cli/pack/application.ts';
import { applications } from './table.ts';
import { packHereAndElsewhere } from './same-bytes.ts';
import { packApplication } from './write-application.ts';

describe('applications as teams have them', () => {
  it('are ten of SAM, ten of the CDK, five of Serverless and five plain ones, each with a folder of its own', () => {
    const kinds = applications.map(({ kind }) => kind);
    const counts = ['sam', 'cdk', 'serverless', 'plain'].map((kind) => kinds.filter((one) => one === kind).length);
    expect(counts).toEqual([10, 10, 5, 5]);
    expect(new Set(applications.map(({ name }) => name)).size).toBe(30);
    expect(applications.filter(({ quick }) => quick)).toHaveLength(6);
  });

  it.each(applications)('$kind $name is packed with all code that it names', async (application) => {
    const first = await packApplication(application, '1.0.0');
    const { files } = opened(first);
    expect(Object.keys(files).filter((name) => name.startsWith('assets/')).length).toBe(
      new Set(first.taken.map(({ asset }) => asset)).size,
    );
    expect((await packApplication(application, '2.0.0')).sha256).not.toBe(first.sha256);
  });

  it('give the same bytes in another time zone, by another umask, and whatever the order in which files are listed', async () => {
    const { here, elsewhere } = await packHereAndElsewhere(applications);
    expect(elsewhere).toEqual(here);
  });
});
