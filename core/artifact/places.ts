import * as z from 'zod';
import type { Template } from '../template/template.ts';
import type { Location } from '../values/location.ts';
import { positionIn } from '../values/place-tree.ts';
import { ownMember, recordOf } from '../values/records.ts';
import { cutText, firstUnsafe, visibleLine } from '../values/text.ts';
import { readJson } from './json-text.ts';
import type { Findable, Findables } from './locate.ts';

/**
 * `places.json` of an artifact: where the parts of its manifest and its template are in the files that its team wrote, for people to
 * read. Nothing is ever decided by it.
 */

const LONGEST_FILE = 200;

/** A file inside of a folder, by a path that shows what it is: parted by `/`, without `..`, and not from a root. */
export function isFileBelow(path: string): boolean {
  return (
    path.length <= LONGEST_FILE &&
    firstUnsafe(path) === undefined &&
    !/[\\:]/.test(path) &&
    path.split('/').every((part) => !['', '.', '..'].includes(part))
  );
}

const fileBelow = z.string().refine(isFileBelow);

const documentPlaces = z.strictObject({
  /** As a person names it from the folder that is packed. */
  file: fileBelow,
  /** A `PlaceTree`, of which what is asked for is read. */
  at: z.unknown(),
});
const artifactPlaces = z.strictObject({
  format: z.literal(1),
  manifest: documentPlaces.exactOptional(),
  template: documentPlaces.exactOptional(),
});

/** What the file holds. */
export type ArtifactPlaces = z.infer<typeof artifactPlaces>;

/**
 * Where problems of an artifact are, by what it brings itself; undefined where that is nothing that can be read.
 * @param bytes of its `places.json` @param template as it was packed: of a CDK app, it names what made each resource
 */
export function readPlaces(bytes: Uint8Array, template: Template | undefined): Findables | undefined {
  const reading = readJson(bytes);
  const places = 'document' in reading ? artifactPlaces.safeParse(reading.document).data : undefined;
  if (places === undefined) return undefined;
  return {
    ...(places.manifest === undefined ? {} : { manifest: findableIn(places.manifest) }),
    ...(places.template === undefined ? {} : { template: findableIn(places.template, template) }),
  };
}

function findableIn({ file, at }: z.infer<typeof documentPlaces>, template?: Template): Findable {
  const find = (place: string): Location => {
    const { file: other, ...position } = positionIn(at, place) ?? {};
    const construct = template === undefined ? undefined : constructOf(template, place);
    const made = construct === undefined ? {} : { construct };
    if (other !== undefined && !isFileBelow(other)) return { place, ...made };
    return { place, file: other ?? file, ...position, ...made };
  };
  return { file, find };
}

/** What made a resource in a CDK app: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html */
function constructOf({ Resources }: Template, place: string): string | undefined {
  const [, id = ''] = /^Resources\.([^.]+)/.exec(place) ?? [];
  const path = recordOf(ownMember(Resources, id)?.['Metadata'])['aws:cdk:path'];
  return typeof path === 'string' ? visibleLine(cutText(path, LONGEST_FILE)) : undefined;
}
