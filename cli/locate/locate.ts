import type { Findable, Findables } from '../../core/artifact/locate.ts';
import type { Location } from '../../core/values/location.ts';
import { type PlaceTree, type Position, positionIn } from '../../core/values/place-tree.ts';
import { type Places, placesIn } from '../../core/values/positions.ts';
import { type Part, treeWith } from './parts.ts';

/** A file as its team has it, to name lines of it. */
export interface Source {
  /** As a person names it from the folder. */
  readonly file: string;
  readonly text: string;
  /** What of it is written in other files. */
  readonly parts?: readonly Part[];
}

/** Files that problems are in, as far as they are there. */
export interface Sources {
  readonly manifest?: Source;
  readonly template?: Source;
}

/** Files in which places can be found. Each is read once, however many are asked for. */
export function findablesOf({ manifest, template }: Sources): Findables {
  return {
    ...(manifest === undefined ? {} : { manifest: findableIn(manifest) }),
    ...(template === undefined ? {} : { template: findableIn(template) }),
  };
}

function findableIn({ file, text, parts = [] }: Source): Findable {
  let known: { readonly places: Places; readonly tree: PlaceTree } | undefined;
  const read = () => {
    const places = placesIn(text);
    return { places, tree: treeWith(places.tree, parts) };
  };
  const find = (place: string): Location => {
    known ??= read();
    const [resource] = /^Resources\.[^.]+/.exec(place) ?? [];
    const construct = resource === undefined ? undefined : known.places.textAt(`${resource}.Metadata.aws:cdk:path`);
    return { place, file, ...positionIn(known.tree, place), ...(construct === undefined ? {} : { construct }) };
  };
  return { file, find, said: (message) => saidPosition(message, text) };
}

/** What a parser's own words name: `(12:5)` of YAML, `(line 3, column 4: …)` or `at position 12` of JSON. */
function saidPosition(message: string, text: string): Position | undefined {
  const said = /\((\d+):(\d+)\)|\(line (\d+),? column (\d+)[):]/.exec(message);
  if (said !== null) return { line: Number(said[1] ?? said[3]), column: Number(said[2] ?? said[4]) };
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return undefined;
  const lines = text.slice(0, Number(position)).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
