import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { check, type Report } from '../../cli/check/check.ts';
import { describeReport } from '../../cli/check/describe.ts';
import { readFolder } from '../../cli/check/read-folder.ts';
import { readPolicyFrom } from '../../cli/check/read-policy.ts';
import { CommandError, exitCode } from '../../cli/exit-codes.ts';
import type { Choice } from '../../cli/pack/open-application.ts';
import { pack, type PackedArtifact } from '../../cli/pack/pack.ts';
import { manifestName } from '../../core/artifact/limits.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { trialPolicy } from '../../core/policy/trial-policy.ts';
import { problemLine } from '../../core/values/problems.ts';
import type { Scenario } from '../scenarios/scenario.ts';

/** A team's own service, to be released on the local AWS. */
export interface Rehearsal {
  readonly folder: string;
  /** The first release. */
  readonly scenario: Scenario;
  /** The artifact of the folder as it is now. @throws CommandError */
  pack(): PackedArtifact;
  /** What keeps the folder, as it is now, from being released. */
  check(): Report;
  /** Of the manifest as it is now; undefined while that cannot be read. */
  version(): string | undefined;
  /** Another text whenever a file that lies directly in the folder was saved. */
  saved(): string;
  /** A folder that goes with it. */
  readonly temporary: string;
  /** Is the policy that of this rehearsal, whose approver is known? */
  readonly ownPolicy: boolean;
  close(): void;
}

/**
 * Reads the service of a folder, and judges it before anything is started.
 * @param policyFile the platform team's policy; one to try with, where it is left out
 * @param choice the built application or stack that is meant
 * @throws CommandError with everything that keeps it from being released
 */
export function openRehearsal(folder: string, policyFile: string | undefined, choice: Choice = {}): Rehearsal {
  const temporary = mkdtempSync(path.join(tmpdir(), 'sluice-rehearsal-'));
  const close = (): void => rmSync(temporary, { recursive: true, force: true });
  try {
    const file = policyFile === undefined ? path.join(temporary, 'policy.json') : path.resolve(policyFile);
    if (policyFile === undefined) writeFileSync(file, JSON.stringify(trialPolicy(manifestOf(folder, choice))));
    const policy = readPolicyFrom(file, new Date().toISOString());
    const judge = (): Report => check(folder, policy, choice);
    const packed = (): PackedArtifact => pack(folder, choice);
    const report = judge();
    if (!report.ready)
      throw new CommandError(describeReport(report), exitCode.badInput, { code: 'cli.would-be-rejected' });
    return {
      folder,
      temporary,
      scenario: scenarioOf({ folder, policy: file, packed }, report),
      pack: packed,
      check: judge,
      version: () => versionIn(folder),
      saved: () => savedIn(folder),
      ownPolicy: policyFile === undefined,
      close,
    };
  } catch (problem) {
    close();
    throw problem;
  }
}

/** @throws CommandError with everything that is wrong with a folder whose service cannot be told */
function manifestOf(folder: string, choice: Choice): Manifest {
  const { manifest, problems } = readFolder(folder, choice);
  if (manifest === undefined)
    throw new CommandError(problems.map(problemLine).join('\n'), exitCode.badInput, { code: 'cli.cannot-pack' });
  return manifest;
}

interface Own {
  readonly folder: string;
  /** File of the policy. */
  readonly policy: string;
  readonly packed: () => PackedArtifact;
}

function scenarioOf({ folder, policy, packed }: Own, { service = '', version = '', targets }: Report): Scenario {
  const environments = [...new Set(targets.map(({ environment }) => environment))];
  const live = environments.map((name) => {
    const own = targets.filter(({ environment }) => environment === name);
    const each = Object.fromEntries(own.map(({ account, region }) => [`${account}/${region}`, version]));
    return [name, own.length === 1 ? version : each] as const;
  });
  return {
    name: service,
    description: `${service} ${version} of ${folder} is released to ${environments.join(' and ')}`,
    policy,
    expectedEnds: ['Succeeded'],
    expectedLive: Object.fromEntries(live),
    run: async (runner) => {
      const { key, bytes } = packed();
      await runner.release(key, bytes);
    },
  };
}

function savedIn(folder: string): string {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ name }) => `${name} ${statSync(path.join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? ''}`)
    .sort()
    .join('\n');
}

const versioned = z.looseObject({ version: z.string() });

function versionIn(folder: string): string | undefined {
  try {
    return versioned.safeParse(JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8'))).data?.version;
  } catch {
    // It is no JSON, or is not there: the check says so.
    return undefined;
  }
}
