import { manifestName } from '../../core/artifact/limits.ts';
import type { Problem } from '../../core/values/problems.ts';
import { type Places, placesIn, type Position } from '../../core/values/positions.ts';

/** A file as its team has it, to name lines of it. */
export interface Source {
  /** As a person names it from the folder. */
  readonly file: string;
  readonly text: string;
}

/** Files that problems are in, as far as they are there. */
export interface Sources {
  readonly manifest?: Source;
  readonly template?: Source;
}

/** Where something is to be mended. */
export interface Location {
  /** In the document: `Resources.Orders.Properties.FunctionName`; absent where it is the whole file. */
  readonly place?: string;
  readonly file?: string;
  /** From 1, as an editor counts. */
  readonly line?: number;
  readonly column?: number;
  /** What made the resource in a CDK app, such as `Orders/Receive/Resource`. */
  readonly construct?: string;
}

/** Finds where problems are. Each file is read once, however many there are. */
export function locator({ manifest, template }: Sources): (problem: Problem) => readonly Location[] {
  const inManifest = manifest === undefined ? undefined : inFile(manifest);
  const inTemplate = template === undefined ? undefined : inFile(template);
  return (problem) => {
    const { code, path, places = [], message } = problem;
    if (places.length > 0) return places.map((place) => inTemplate?.(place) ?? { place });
    if (path === '') return [];
    if (path === manifestName) return [wholeFile(manifest, path, message)];
    if (/\.(json|ya?ml)$/.test(path) && !code.startsWith('pack.')) return [wholeFile(template, path, message)];
    if (isInTemplate(problem)) return [inTemplate?.(path) ?? { place: path }];
    if (isInManifest(problem)) return [inManifest?.(path) ?? { place: path }];
    return [];
  };
}

/** Sections of a template begin with a capital letter, and members of a manifest with a small one. */
function isInTemplate({ code, path }: Problem): boolean {
  return /^(pack|template)\./.test(code) && /^[A-Z]\w*(\.|$)/.test(path);
}

function isInManifest({ code, path }: Problem): boolean {
  return code.startsWith('manifest.') || (/^(template|plan)\./.test(code) && /^[a-z]\w*([.[]|$)/.test(path));
}

function inFile({ file, text }: Source): (place: string) => Location {
  let places: Places | undefined;
  return (place) => {
    places ??= placesIn(text);
    const [resource] = /^Resources\.[^.]+/.exec(place) ?? [];
    const construct = resource === undefined ? undefined : places.textAt(`${resource}.Metadata.aws:cdk:path`);
    return { place, file, ...places.positionOf(place), ...(construct === undefined ? {} : { construct }) };
  };
}

function wholeFile(source: Source | undefined, path: string, message: string): Location {
  if (source === undefined) return { file: path };
  return { file: source.file, ...saidPosition(message, source.text) };
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

/** `template.yaml:10:5 Resources.Net.Type`, and of a CDK app what made it. */
export function describeLocation({ file, line, column, place, construct }: Location): string {
  const where = [file, line, column].filter((one) => one !== undefined).join(':');
  const made = construct === undefined ? undefined : `(${construct})`;
  return [where, place, made].filter((one) => one !== undefined && one !== '').join(' ');
}
