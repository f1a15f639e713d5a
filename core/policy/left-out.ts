import { formatPath, type Problem } from '../values/problems.ts';
import type { LeftOut } from './well-formed.ts';

/** Would something that was left out make a problem go away? */
type Rests = (left: LeftOut, problem: Problem) => boolean;

/** A section is lacking, or one of its names. */
const lacks =
  (section: string): Rests =>
  ({ path, stoodIn, unknown }) =>
    (path.length === 1 && (unknown || path[0] === section)) || (path[0] === section && path.length === 2 && !stoodIn);

/** Anything of a section. */
const within =
  (section: string): Rests =>
  (left) =>
    left.path[0] === section || (left.path.length === 1 && left.unknown);

/** One of the fields of the section's members; without a field of which it is, any. */
const members =
  (section: string, ...fields: readonly string[]): Rests =>
  ({ path, unknown }) =>
    path[0] === section && (path.length <= 2 || unknown || fields.includes(String(path[2])));

/** One of these fields of the environment, or of the service, of which the problem tells. */
const own =
  (...fields: readonly string[]): Rests =>
  (left, problem) =>
    isAt(problem.path, left.path.slice(0, 2)) && members(String(left.path[0]), ...fields)(left, problem);

const either =
  (...all: readonly Rests[]): Rests =>
  (left, problem) =>
    all.some((one) => one(left, problem));

/** Whole groups: how many people they have is not known. */
const groups: Rests = (left) => left.path[0] === 'people' && left.path.length <= 2;

/** What a problem rests on besides what it names itself. */
const rests: Readonly<Record<string, Rests>> = {
  'policy.group-unknown': lacks('people'),
  'policy.environment-unknown': lacks('environments'),
  'policy.environment-order': either(lacks('environments'), own('environments')),
  'policy.target-unknown': members('environments', 'waves'),
  'policy.too-few-approvers': either(groups, own('approval')),
  'policy.reminder-too-late': own('approval'),
  'policy.hotfix-unapproved': own('approval'),
  'policy.slack-missing': within('notify'),
  'policy.slack-no-approver': either(within('people'), own('approval')),
  'policy.oidc-missing': within('oidc'),
  'policy.oidc-name-unused': within('oidc'),
  'policy.oidc-no-approver': either(within('oidc'), within('people'), own('approval')),
  'policy.stack-without-environment': either(own('stack'), members('environments', 'waves')),
  'policy.stack-without-service': own('stack'),
  'policy.names-open': own('stack', 'names'),
  'policy.name-reserved': own('stack', 'names'),
  'policy.stack-collision': either(members('services', 'stack'), members('environments', 'waves')),
  'policy.names-overlap': either(members('services', 'stack', 'names'), members('environments', 'waves')),
  'policy.uploaders-missing': members('services', 'uploaders'),
  'policy.uploaders-inexpressible': members('services', 'uploaders'),
  'policy.window-never-open': own('freeze', 'allow'),
};

/**
 * May a problem be one only because something is left out? Then it is told of once that is right. A problem of a list from which something
 * was left out would name the wrong place in it.
 */
export function restsOnLeftOut(problem: Problem, leftOut: readonly LeftOut[]): boolean {
  const rest = rests[problem.code];
  return leftOut.some((left) => {
    const list = typeof left.path.at(-1) === 'number' && !left.stoodIn ? left.path.slice(0, -1) : left.path;
    return isAt(problem.path, list) || rest?.(left, problem) === true;
  });
}

/** Is a problem about what is at a path, or inside of it? */
function isAt(where: string, path: LeftOut['path']): boolean {
  const place = formatPath(path);
  return where === place || where.startsWith(`${place}.`) || where.startsWith(`${place}[`);
}
