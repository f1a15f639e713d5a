import { describeCommits, type Linked, type Source } from '../release/commits.ts';
import type { Plan } from '../release/plan.ts';
import type { Template } from '../template/template.ts';
import { compareParameters, type ParameterDifference } from './parameters.ts';
import { type CheckDifference, compareChecks, compareSettings, type SettingDifference } from './settings.ts';
import { compareTemplates, type TemplateDifference } from './templates.ts';

/** One of two releases, as it was frozen when it was accepted. */
export interface Compared {
  readonly plan: Plan;
  /** Its template as its team wrote it, or why that cannot be read. */
  readonly template: Template | { readonly unreadable: string };
}

/** What differs between two releases. */
export interface Comparison {
  /** They have the same artifact, byte for byte. */
  readonly sameArtifact: boolean;
  readonly commits: Linked;
  readonly parameters: readonly ParameterDifference[];
  readonly template: TemplateDifference | { readonly unreadable: string };
  readonly checks: readonly CheckDifference[];
  readonly settings: readonly SettingDifference[];
}

/** Compares two releases of a service: from the first to the other. No value of a secret is in what comes out. */
export function compareReleases(before: Compared, after: Compared): Comparison {
  const [was, is] = [templateOf(before), templateOf(after)];
  return {
    sameArtifact:
      before.plan.artifact.sha256 !== undefined && before.plan.artifact.sha256 === after.plan.artifact.sha256,
    commits: commitsBetween(before.plan.manifest.source, after.plan.manifest.source),
    parameters: compareParameters(
      { environments: before.plan.environments, template: was },
      { environments: after.plan.environments, template: is },
    ),
    template: was === undefined || is === undefined ? { unreadable: whyNot(before, after) } : compareTemplates(was, is),
    checks: compareChecks(before.plan.manifest, after.plan.manifest),
    settings: compareSettings(before.plan, after.plan),
  };
}

function commitsBetween(before: Source, after: Source): Linked {
  if (before.commit === undefined || before.commit !== after.commit) return describeCommits(before, after);
  const same = describeCommits(undefined, after);
  return { ...same, text: `the same ${same.text}` };
}

function templateOf({ template }: Compared): Template | undefined {
  return 'unreadable' in template ? undefined : template;
}

function whyNot(...all: readonly Compared[]): string {
  return all
    .flatMap(({ template }) => (typeof template['unreadable'] === 'string' ? [template['unreadable']] : []))
    .join(' ');
}
