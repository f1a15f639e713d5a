import { artifactLimits as limits, placesName } from '../../core/artifact/limits.ts';
import type { Findables } from '../../core/artifact/locate.ts';
import { readPlaces } from '../../core/artifact/places.ts';
import type { Template } from '../../core/template/template.ts';
import type { Archive } from '../../adapters/s3/archive.ts';

/**
 * Where the manifest and the template of an artifact come from, for whoever tells of a problem: nothing is decided by it.
 * @param template as it was packed
 * @returns undefined where the artifact does not say it, or nothing that can be read
 */
export async function readSources(archive: Archive, template: Template | undefined): Promise<Findables | undefined> {
  try {
    const { bytes } = await archive.read(placesName, limits.placesBytes);
    return readPlaces(bytes, template);
  } catch (broken) {
    // By its name: to know the class is to load the reader of archives, which functions do on demand.
    if (!(broken instanceof Error) || broken.name !== 'ArchiveBroken') throw broken;
    return undefined;
  }
}
