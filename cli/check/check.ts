import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { type Findables, locate } from '../../core/artifact/locate.ts';
import { describeLocation, type Location } from '../../core/values/location.ts';
import { lacks, type Legible } from '../../core/manifest/legible.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { type Policy, readPolicy } from '../../core/policy/policy.ts';
import { trialPolicy } from '../../core/policy/trial-policy.ts';
import { judgeByPolicy, type Judgement } from '../../core/release/judge.ts';
import { readinessOf, remarksOn, type TargetReadiness } from '../../core/release/readiness.ts';
import { missingValueProblems } from '../../core/template/missing-values.ts';
import { type PlannedStack, stacksOf } from '../../core/template/target-problem.ts';
import type { Template } from '../../core/template/template.ts';
import { misspeltProperties, propertyRemarks } from '../../core/template/unknown-properties.ts';
import { valueProblemsIn, valueRemarks } from '../../core/template/value-problems.ts';
import { menderOf, type Problem } from '../../core/values/problems.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import type { PackOptions } from '../pack/pack.ts';
import { readArtifact } from './read-artifact.ts';
import { readFolder, type ReadFolder } from './read-folder.ts';

/** Something that keeps an artifact from being released. */
export interface Obstacle {
  readonly code: string;
  readonly path: string;
  /** In template or manifest, with file and line where these are known. */
  readonly places: readonly Location[];
  /** Who can mend it. */
  readonly who: string;
  readonly message: string;
  /** `production 333333333333/us-east-1`; absent where it is everywhere. */
  readonly targets?: readonly string[];
}

/** What `sluice check` tells. */
export interface Report {
  readonly ready: boolean;
  readonly service?: string;
  readonly version?: string;
  /** `trial` where no policy is given: what its targets are called says nothing then. */
  readonly policy: 'given' | 'trial';
  /** File of the template whose lines are named. */
  readonly template?: string;
  readonly targets: readonly TargetReadiness[];
  readonly obstacles: readonly Obstacle[];
  readonly remarks: readonly string[];
}

/** How something is judged. */
interface CheckOptions extends PackOptions {
  /** An instant, ISO 8601: what AWS no longer takes by then is said. Now, where it is absent. */
  readonly now?: string;
}

/**
 * Judges an artifact, or a folder that is packed in memory, by the engine's rules and a policy. Nothing of AWS is asked.
 * @param policy the platform team's; the one by which `npm start -- --service` releases, where there is none
 * @throws CommandError where there is no such file, or it holds nothing to judge
 */
export function check(path: string, policy: Policy | undefined, options: CheckOptions = {}): Report {
  const { now = new Date().toISOString() } = options;
  const found = read(path, options);
  const { manifest, leftOut = [], template, documents = {}, notes = [] } = found;
  // What a policy says of a service is not known without its name.
  const judged: Judgement =
    manifest === undefined || (policy !== undefined && lacks(leftOut, 'service'))
      ? { problems: [], inTargets: [] }
      : judge({ manifest, leftOut }, policy ?? trialPolicyOf(manifest), template);
  const misspelt = template === undefined ? [] : misspeltProperties(template, manifest?.template ?? '');
  const problems = [...found.problems, ...misspelt, ...judged.problems];
  const obstacles = [
    ...problems.map((one) => obstacleOf(one, documents)),
    ...judged.inTargets.map(({ problem, targets }) => ({ ...obstacleOf(problem, documents), targets })),
  ];
  const { plan } = judged;
  const describe = (place: string): string => describeLocation(documents.template?.find(place) ?? { place });
  return {
    ready: obstacles.length === 0,
    policy: policy === undefined ? 'trial' : 'given',
    ...(manifest === undefined || lacks(leftOut, 'service') ? {} : { service: manifest.service }),
    ...(manifest === undefined || lacks(leftOut, 'version') ? {} : { version: manifest.version }),
    ...(documents.template === undefined ? {} : { template: documents.template.file }),
    targets: template === undefined ? [] : readinessOf({ ...judged, problems }, template),
    obstacles,
    remarks: [
      ...(plan === undefined || template === undefined ? [] : remarksOn(plan, template, now, leftOut)),
      ...(template === undefined
        ? []
        : [
            ...propertyRemarks(template, describe),
            ...valueRemarks(template, stacksIn(judged, template, leftOut), describe).filter(
              (one) => !isTold(one, judged),
            ),
          ]),
      ...notes,
    ],
  };
}

/** As a problem of some target. */
function isTold(remark: string, { inTargets }: Judgement): boolean {
  return inTargets.some(({ problem }) => remark.startsWith(problem.message));
}

/** The engine asks its ledger where nothing is yet; here that counts as unknown. */
function judge({ manifest, leftOut }: Legible<Manifest>, policy: Policy, template: Template | undefined): Judgement {
  const { service, version } = manifest;
  const judged = judgeByPolicy({ ...unreleased(service, version), manifest, leftOut, policy, template });
  const stacks = stacksIn(judged, template, leftOut);
  if (stacks.length === 0) return judged;
  const missing = missingValueProblems(stacks, service, () => undefined);
  const values = valueProblemsIn(stacks, manifest.template);
  return { ...judged, inTargets: [...judged.inTargets, ...missing, ...values] };
}

/** The stacks that would be made or changed; none where that is not known. */
function stacksIn({ plan }: Judgement, template: Template | undefined, leftOut: readonly string[]): PlannedStack[] {
  return plan === undefined || template === undefined || lacks(leftOut, 'parameters') ? [] : stacksOf(template, plan);
}

function trialPolicyOf(manifest: Manifest): Policy {
  const reading = readPolicy(trialPolicy(manifest));
  if ('policy' in reading) return reading.policy;
  throw new Error(`The policy to try with is none: ${reading.problems.map(({ message }) => message).join(' ')}`);
}

function read(path: string, options: PackOptions): ReadFolder {
  if (!existsSync(path))
    throw new CommandError(`There is no file or folder ${path}.`, exitCode.badInput, { code: 'cli.file-missing' });
  return statSync(path).isDirectory() ? readFolder(path, options) : readArtifact(readFileSync(path), path);
}

/** What a plan names of a release that is not there yet. */
function unreleased(service: string, version: string) {
  const key = `${service}/${version}.zip`;
  const sha256 = createHash('sha256').update(key).digest('hex');
  return { release: `${service}-${version}-a1`, artifact: { bucket: 'none', key, versionId: 'none', size: 0, sha256 } };
}

function obstacleOf(problem: Problem, documents: Findables): Obstacle {
  const { code, path, message } = problem;
  return { code, path, message, places: locate(problem, documents), who: menderOf(problem) };
}
