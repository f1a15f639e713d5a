/**
 * Reads the paths of the Amazon States Language (https://states-language.net/#path) into what json-p3 evaluates.
 * Step Functions' dialect is Jayway's; json-p3 follows RFC 9535, which wants names with a hyphen, say, in brackets.
 */
import { compile, type JSONPathQuery } from 'json-p3';

/** A path that was read. */
export interface Path {
  readonly text: string;
  /** What it starts from: the input, the context object, or a variable. */
  readonly root: { readonly kind: 'input' | 'context' } | { readonly kind: 'variable'; readonly name: string };
  /** The leading steps that lead to one node each. */
  readonly steps: readonly (string | number)[];
  /** The rest, which may lead to many nodes; absent in a path that leads to one node at most. */
  readonly rest: JSONPathQuery | undefined;
}

/** A path that Step Functions refuses when a machine is created. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
}

const ROOT = /^\$(?:(\$)|([\p{ID_Start}_][\p{ID_Continue}]*))?(?=[.[]|$)/u;
const DOTTED = /^(?:\\[^]|[^.[\]()'"\s?*,:\\@])+/u;
const NAME_IN_BRACKETS = /^\s*(?:'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)")\s*$/u;
const INDEX = /^\s*-?\d+\s*$/;

const read = new Map<string, Path>();

/** @throws PathSyntaxError */
export function readPath(text: string): Path {
  let path = read.get(text);
  if (path === undefined) {
    path = parse(text);
    read.set(text, path);
  }
  return path;
}

function parse(text: string): Path {
  const root = ROOT.exec(text);
  if (root === null) throw new PathSyntaxError(`Invalid path '${text}'`);
  const [start, context, variable] = root;
  const steps: (string | number)[] = [];
  const rest: string[] = [];
  for (const segment of segmentsOf(text, start.length))
    if (rest.length === 0 && typeof segment !== 'object') steps.push(segment);
    else rest.push(typeof segment === 'object' ? segment.source : `[${JSON.stringify(segment)}]`);
  return {
    text,
    root:
      variable === undefined
        ? { kind: context === undefined ? 'input' : 'context' }
        : { kind: 'variable', name: variable },
    steps,
    rest: rest.length === 0 ? undefined : compileRest(text, `$${rest.join('')}`),
  };
}

/** One step, or the source of a segment that may lead to many nodes. */
type Segment = string | number | { readonly source: string };

function segmentsOf(text: string, from: number): readonly Segment[] {
  const segments: Segment[] = [];
  let at = from;
  while (at < text.length) {
    const deep = text.startsWith('..', at);
    if (deep) at += 2;
    else if (text[at] === '.') at += 1;
    else if (text[at] !== '[') throw new PathSyntaxError(`Invalid path '${text}'`);
    const [segment, length] = text[at] === '[' ? bracketed(text, at) : dotted(text, at);
    at += length;
    segments.push(deep ? { source: `..${sourceOf(segment)}` } : segment);
  }
  return segments;
}

function sourceOf(segment: Segment): string {
  return typeof segment === 'object' ? segment.source : `[${JSON.stringify(segment)}]`;
}

function dotted(text: string, at: number): readonly [Segment, number] {
  if (text[at] === '*') return [{ source: '[*]' }, 1];
  const name = DOTTED.exec(text.slice(at))?.[0];
  if (name === undefined) throw new PathSyntaxError(`Invalid path '${text}'`);
  if (text[at + name.length] === '(') throw new PathSyntaxError(`Invalid path '${text}': a path calls no functions`);
  return [name.replace(/\\([^])/gu, '$1'), name.length];
}

function bracketed(text: string, at: number): readonly [Segment, number] {
  const end = closingBracket(text, at);
  const inner = text.slice(at + 1, end);
  const length = end + 1 - at;
  const name = NAME_IN_BRACKETS.exec(inner);
  if (name !== null) return [(name[1] ?? name[2] ?? '').replace(/\\([^])/gu, '$1'), length];
  if (INDEX.test(inner)) return [Number(inner), length];
  return [{ source: `[${inner}]` }, length];
}

function closingBracket(text: string, from: number): number {
  let depth = 0;
  let quote: string | undefined;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\') at += 1;
    else if (quote !== undefined) quote = character === quote ? undefined : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '[') depth += 1;
    else if (character === ']' && (depth -= 1) === 0) return at;
  }
  throw new PathSyntaxError(`Invalid path '${text}': a bracket is not closed`);
}

function compileRest(text: string, source: string): JSONPathQuery {
  try {
    return compile(source);
  } catch (error) {
    throw new PathSyntaxError(`Invalid path '${text}': ${error instanceof Error ? error.message : String(error)}`);
  }
}
