import type { Application } from './application.ts';
import type { Surroundings } from './assets.ts';
import { pointToAssets, withAssetBucket, type PointedTemplate } from './point-to-assets.ts';
import { pointUploads } from './point-uploads.ts';
import { isInside } from './root.ts';

/** A template that names its artifact's assets, and what a person should know of these. */
export interface PointedApplication extends PointedTemplate {
  readonly notes: readonly string[];
}

/** Makes assets of all that an application's template names: what its build tool would upload, and what lies at a path. */
export function pointApplication(
  application: Application,
  { root, besides }: Pick<Surroundings, 'root' | 'besides'>,
): PointedApplication {
  const { template, base, build, uploads } = application;
  if (uploads === undefined) return { ...pointToAssets(template, { base, root, besides, build }), notes: [] };
  // What a build tool wrote elsewhere is as good as what lies in the repository.
  const around = { base, root: isInside(root, base) ? root : base, besides, build, built: true };
  const first = pointUploads(template, uploads, around);
  const second = pointToAssets(first.template, around);
  const taken = [...first.taken, ...second.taken];
  return {
    template: taken.length === 0 ? second.template : withAssetBucket(second.template),
    taken,
    problems: [...first.problems, ...second.problems],
    notes: first.readers.map(readerNote),
  };
}

function readerNote(reader: string): string {
  return `${reader} reads an asset when it runs, by a role of its own: the boundary that Sluice makes lets no role of a service into the bucket of assets, so this works only in targets whose policy names another boundary, or none.`;
}
