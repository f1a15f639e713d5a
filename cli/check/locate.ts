import { manifestName } from '../../core/artifact/limits.ts';
import type { Problem } from '../../core/values/problems.ts';
import { linesOf, type LineOf } from './lines.ts';

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
  readonly line?: number;
}

/** Finds where problems are. Each file is read once, however many there are. */
export function locator({ manifest, template }: Sources): (problem: Problem) => readonly Location[] {
  const inManifest = manifest === undefined ? undefined : placesIn(manifest);
  const inTemplate = template === undefined ? undefined : placesIn(template);
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

function placesIn({ file, text }: Source): (place: string) => Location {
  let lines: LineOf | undefined;
  return (place) => {
    lines ??= linesOf(text);
    const line = lines(place);
    return { place, file, ...(line === undefined ? {} : { line }) };
  };
}

function wholeFile(source: Source | undefined, path: string, message: string): Location {
  if (source === undefined) return { file: path };
  const line = saidLine(message, source.text);
  return { file: source.file, ...(line === undefined ? {} : { line }) };
}

/** The line that a parser's own words name: `(12:5)` of YAML, `(line 3, column 4: …)` or `at position 12` of JSON. */
function saidLine(message: string, text: string): number | undefined {
  const said = /\((\d+):\d+\)|\(line (\d+),? column \d+[):]/.exec(message);
  if (said !== null) return Number(said[1] ?? said[2]);
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
}
