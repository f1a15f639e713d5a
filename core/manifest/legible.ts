import type * as z from 'zod';
import { formatPath, type Problem } from '../values/problems.ts';
import { memberAt, type MemberPath, withMember } from '../values/members.ts';

/** As much of a wrong manifest as holds, so that the rest of its artifact is judged at once. Nothing is ever released by it. */
export interface Legible<Manifest> {
  readonly manifest: Manifest;
  /** What is left out of it, or stood in for: `service`, `checks.smoke`, `parameters.staging`. */
  readonly leftOut: readonly string[];
}

/** What stands in for members that every manifest has. */
const standIns: Readonly<Record<string, unknown>> = {
  service: 'service',
  version: '0.0.0',
  source: { author: '-' },
  template: 'template.json',
};

/** Each round leaves out all that is seen to be wrong; of what is still wrong then, nothing is kept. */
const MOST_ROUNDS = 20;

/** What of a parsed document holds; nothing where it is no object. Fields that nobody knows are not part of it, and are missed by nothing. @param schema the manifest's */
export function legibleOf<Manifest>(schema: z.ZodType<Manifest>, document: unknown): Legible<Manifest> {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  if (!isObject) return { manifest: schema.parse(standIns), leftOut: Object.keys(rests) };
  let rest: unknown = document;
  const leftOut = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { data, error } = schema.safeParse(rest);
    if (data !== undefined) return { manifest: data, leftOut: [...leftOut] };
    const issues = error?.issues ?? [];
    const before = without(rest, issues.flatMap(unknownFields));
    rest = before;
    for (const { path } of issues.filter(({ code }) => code !== 'unrecognized_keys')) {
      const gone = smallest(before, path);
      leftOut.add(formatPath(gone));
      rest = leaveOut(rest, gone);
    }
  }
  return legibleOf(schema, undefined);
}

function leaveOut(document: unknown, path: MemberPath): unknown {
  const [member] = path;
  if (path.length === 1) return withMember(document, path, standIns[String(member)]);
  return memberAt(document, path) === undefined ? document : withMember(document, path, undefined);
}

/** The smallest that can be left out: of a list the whole of it, since places of problems count its entries; of what is missing, what it is missing in. */
function smallest(document: unknown, path: MemberPath): MemberPath {
  const list = path.findIndex((part) => typeof part === 'number');
  const whole = list === -1 ? path : path.slice(0, list);
  if (whole.length <= 1 || memberAt(document, whole) !== undefined) return whole;
  return smallest(document, whole.slice(0, -1));
}

function unknownFields(issue: z.core.$ZodIssue): string[][] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].map(String)) : [];
}

/** A copy without the values at these paths, all at once: a hostile manifest has thousands that nobody knows. */
function without(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([name]) => !paths.some(([first, ...further]) => first === name && further.length === 0))
    .map(([name, inner]): [string, unknown] => {
      const below = paths.filter(([first]) => first === name).map(([, ...further]) => further);
      return [name, without(inner, below)];
    });
  return Array.isArray(value) ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
}

/** Codes of problems that a member may make go away, or be the reason of, once it is right. */
const rests: Readonly<Record<string, RegExp>> = {
  service: /^(plan\..+|artifact\.key-differs|template\.(name-not-granted|api-foreign))$/,
  version: /^artifact\.key-differs$/,
  source: /^plan\.approval-impossible$/,
  template: /^artifact\.(no-template|unexpected-file)$/,
  parameters: /^template\.(parameter-missing|name-not-granted)$/,
  guard: /^template\.unguarded$/,
  newUrls: /^template\.guard$/,
};

/** May a problem be one only because something is left out of the manifest? Then it is told once that is right. */
export function restsOnLeftOut({ code, path }: Problem, leftOut: readonly string[]): boolean {
  return leftOut.some((left) => isAt(path, left) || rests[memberOf(left)]?.test(code) === true);
}

/** The template's file is called as the member that names it. */
function isAt(path: string, left: string): boolean {
  return left !== 'template' && (path === left || path.startsWith(`${left}.`));
}

/** Is anything of one of these members left out? */
export function lacks(leftOut: readonly string[], ...members: readonly string[]): boolean {
  return leftOut.some((left) => members.includes(memberOf(left)));
}

function memberOf(path: string): string {
  return path.replace(/[.[].*$/s, '');
}
