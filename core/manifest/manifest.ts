import * as z from 'zod';
import { schemaProblems } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { textProblems, type TextRule, withTextProblems } from '../values/text-problems.ts';
import { rolloutName } from '../values/rollout.ts';
import { credentialProblems } from '../checks/credential-headers.ts';
import { longestSeconds, LONGEST_CHECKS_SECONDS, smokeCheck, trafficChecks } from '../checks/schema.ts';
import { assetBucketParameter } from '../template/asset-bucket.ts';
import { type Legible, legibleOf } from './legible.ts';
import { guardIds } from '../template/guard/names.ts';
import { environmentName, logicalId, serviceName, versionName } from '../values/identifiers.ts';

/** `release.json`: what the service's team decides. Unknown fields are refused: a typo must not weaken a release. */

const text = z.string().min(1).max(1000);

/** Where the artifact was built from. The author may not approve it, unless the policy allows it. */
const source = z.strictObject({
  repository: text.exactOptional(),
  commit: text.exactOptional(),
  /** With an e-mail address, `Ada <ada@example.com>`: without one, nobody can be told from the author. */
  author: text,
  committedAt: z.iso.datetime({ offset: true, error: 'must be a time such as "2026-11-20T09:00:00Z"' }).exactOptional(),
});

const requirement = z.union([z.strictObject({ secret: text }), z.strictObject({ parameter: text })]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_PARAMETERS = 200;

/** Template parameters of one environment; CloudFormation allows 4,096 characters a value. */
const parameterValues = z
  .record(logicalId, z.string().max(4096))
  .refine((values) => Object.keys(values).length <= MOST_PARAMETERS, {
    error: `must have at most ${MOST_PARAMETERS} members: CloudFormation takes no more parameters of a template`,
    params: { code: 'too-many-parameters' },
  })
  .meta({ maxProperties: MOST_PARAMETERS })
  .refine((values) => values[assetBucketParameter] === undefined, {
    error: `must not set ${assetBucketParameter}: the engine gives it for each target`,
    params: { code: 'reserved-parameter' },
  });

/** An environment, or one of its targets: `production`, `production/333333333333/us-east-1`. */
const parameterPlace = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,19}(\/[0-9]{12}\/[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2})?$/,
    'must be an environment (1–20 lower-case letters, digits and "-", starting with a letter), or one of its targets, such as "production/333333333333/us-east-1"',
  );

const MOST_ALARMS = 50;
/** Each has an alarm. */
const MOST_GUARDED = MOST_ALARMS;

export const manifestSchema = z
  .strictObject({
    $schema: z.string().exactOptional(),
    service: serviceName,
    version: versionName,
    source,
    template: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.(json|yaml|yml)$/, 'must name a .json or .yaml file beside release.json'),
    /** By environment; those of a target count before those of its environment. */
    parameters: z.record(parameterPlace, parameterValues).exactOptional(),
    requires: z.array(requirement).max(100).exactOptional(),
    rollout: z.record(environmentName, rolloutName).exactOptional(),
    alarms: z.array(logicalId).max(MOST_ALARMS).exactOptional(),
    /** Functions that get a version, an alias `live` and an error alarm, and to whose alias every way in is led. */
    guard: z.array(logicalId).max(MOST_GUARDED).exactOptional(),
    /** Function URLs of guarded functions, which get another address as they are led to the alias. */
    newUrls: z.array(logicalId).max(MOST_GUARDED).exactOptional(),
    checks: z
      .strictObject({
        smoke: z.array(smokeCheck).max(50).exactOptional(),
        traffic: trafficChecks.exactOptional(),
      })
      .refine((checks) => longestSeconds(checks) <= LONGEST_CHECKS_SECONDS, {
        error: `may take ${LONGEST_CHECKS_SECONDS} seconds or less together, one after another: the phases of all traffic, and of each smoke check retry.withinSeconds and timeoutSeconds (30 and 10 when not given; with one attempt, the latter alone)`,
        params: { code: 'checks-too-long' },
      })
      .exactOptional(),
    dataChanges: z
      .strictObject({
        /** Can the old version live with what the new one did to data? */
        reversible: z.boolean(),
        /** What undoes it: the logical id of a function of the template, which a rollback calls, or a link (or sentence) that people are shown. */
        recovery: text.exactOptional(),
      })
      .refine((changes) => changes.reversible || changes.recovery !== undefined, {
        error: 'must say in "recovery" how to undo the changes to data, since they are not reversible',
        params: { code: 'recovery-missing' },
      })
      .exactOptional(),
  })
  .refine(({ alarms = [], guard = [] }) => watchedAlarms(alarms, guard).length <= MOST_ALARMS, {
    error: `must have at most ${MOST_ALARMS} alarms, with one of each function in "guard"`,
    path: ['guard'],
    params: { code: 'too-many-alarms' },
  })
  .meta({
    title: 'Sluice release manifest',
    description: 'release.json: what a service’s team decides about its release',
  });

export type Manifest = z.infer<typeof manifestSchema>;

/** Alarms that a release is judged by: those that are named, and one of each function that it guards. */
export function watchedAlarms(alarms: readonly string[], guard: readonly string[]): string[] {
  return [...new Set([...alarms, ...guard.map((id) => guardIds(id).alarm)])];
}

/** A manifest, or everything that is wrong with it. */
export type ManifestReading = { readonly manifest: Manifest } | WrongManifest;

interface WrongManifest {
  readonly problems: readonly Problem[];
  /** What of it holds, with its unsafe characters and plain credentials: it is enough to judge the rest of the artifact. */
  readonly legible: Legible<Manifest>;
}

/** Reads a parsed `release.json`. */
export function readManifest(document: unknown): ManifestReading {
  const result = manifestSchema.safeParse(document);
  if (result.success) {
    const problems = [...textProblems(result.data, 'manifest', textRule), ...credentialProblems(result.data)];
    return problems.length === 0
      ? { manifest: result.data }
      : { problems, legible: { manifest: result.data, leftOut: [] } };
  }
  const problems = [
    ...withTextProblems(schemaProblems(manifestSchema, document, 'manifest'), document, 'manifest', textRule),
    ...credentialProblems(document),
  ];
  return { problems, legible: legibleManifest(document) };
}

/** What of a parsed `release.json` holds; all of it is stood in for where nothing does. */
export function legibleManifest(document: unknown): Legible<Manifest> {
  return legibleOf(manifestSchema, document);
}

/** Everything that is wrong with a parsed `release.json`, all at once. */
export function manifestProblems(document: unknown): Problem[] {
  const reading = readManifest(document);
  return 'problems' in reading ? [...reading.problems] : [];
}

/** What a check sends and expects is data, kept as it is written; a parameter's value may have lines (a certificate). */
function textRule([section, , , field, part]: readonly PropertyKey[]): TextRule {
  if (section === 'parameters') return 'lines';
  const data = field === 'payload' || field === 'body' || (field === 'expect' && part === 'json');
  return section === 'checks' && data ? 'anything' : 'line';
}
