import * as z from 'zod';

/**
 * How traffic moves to a new version, in CodeDeploy's own names
 * (https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html).
 *
 * Strictness is a product of three chains: the kind (all at once < canary < linear), the share of each step (smaller is
 * stricter) and the minutes between steps (more is stricter). So of any two rollouts there is a least one that is at least
 * as strict as both: never more users than either allows, at any moment.
 */
export interface Rollout {
  readonly kind: 'AllAtOnce' | 'Canary' | 'Linear';
  /** Share of each step, 1–99; 100 when all at once. */
  readonly percent: number;
  /** Minutes between steps, at least 1; 0 when all at once. */
  readonly minutes: number;
}

const kinds = ['AllAtOnce', 'Canary', 'Linear'] as const;
const pattern =
  /^(?:AllAtOnce|Canary(?<canary>[1-9][0-9]?)Percent(?<wait>[1-9][0-9]{0,3})Minutes?|Linear(?<linear>[1-9][0-9]?)PercentEvery(?<every>[1-9][0-9]{0,3})Minutes?)$/;

/** CodeDeploy ends a deployment after 50 hours; hooks and verification need some of that. */
const LONGEST_MINUTES = 48 * 60;

/** Rollouts that every account has; others need a deployment configuration of their own. */
const builtIn = new Set([
  'AllAtOnce',
  'Canary10Percent5Minutes',
  'Canary10Percent10Minutes',
  'Canary10Percent15Minutes',
  'Canary10Percent30Minutes',
  'Linear10PercentEvery1Minute',
  'Linear10PercentEvery2Minutes',
  'Linear10PercentEvery3Minutes',
  'Linear10PercentEvery10Minutes',
]);

/** A rollout's name, as manifest and policy write it. */
export const rolloutName = z
  .string()
  .regex(pattern, 'must be AllAtOnce, Canary<X>Percent<Y>Minutes or Linear<X>PercentEvery<Y>Minutes')
  .refine((name) => !pattern.test(name) || rolloutMinutes(parseRollout(name)) <= LONGEST_MINUTES, {
    error: 'must reach 100% within 48 hours: CodeDeploy ends a deployment after 50',
  })
  .meta({ examples: ['AllAtOnce', 'Canary10Percent5Minutes', 'Linear10PercentEvery1Minute'] });

/** Reads a rollout's name. Throws RangeError for anything else; schemas have checked it before. */
export function parseRollout(name: string): Rollout {
  const groups = pattern.exec(name)?.groups;
  if (groups === undefined) throw new RangeError(`${name} is no rollout`);
  const { canary, wait, linear, every } = groups;
  if (canary !== undefined) return { kind: 'Canary', percent: Number(canary), minutes: Number(wait) };
  if (linear !== undefined) return { kind: 'Linear', percent: Number(linear), minutes: Number(every) };
  return { kind: 'AllAtOnce', percent: 100, minutes: 0 };
}

/** A rollout's name, with `Minute` where CodeDeploy has it. */
export function formatRollout({ kind, percent, minutes }: Rollout): string {
  const unit = minutes === 1 ? 'Minute' : 'Minutes';
  switch (kind) {
    case 'AllAtOnce':
      return kind;
    case 'Canary':
      return `Canary${percent}Percent${minutes}${unit}`;
    case 'Linear':
      return `Linear${percent}PercentEvery${minutes}${unit}`;
  }
}

/** The least rollout that is at least as strict as both. */
export function stricterOf(a: Rollout, b: Rollout): Rollout {
  return {
    kind: kinds.indexOf(a.kind) >= kinds.indexOf(b.kind) ? a.kind : b.kind,
    percent: Math.min(a.percent, b.percent),
    minutes: Math.max(a.minutes, b.minutes),
  };
}

/** Minutes from the first user to all users. */
export function rolloutMinutes({ kind, percent, minutes }: Rollout): number {
  return kind === 'Linear' ? (Math.ceil(100 / percent) - 1) * minutes : minutes;
}

/**
 * Percent of the users that are on the new version by the schedule of a rollout. Hooks, which run before the first user moves,
 * are not known of. @param seconds since it began
 */
export function movedPercent({ kind, percent, minutes }: Rollout, seconds: number): number {
  const steps = minutes === 0 ? 0 : Math.floor(Math.max(0, seconds) / (minutes * 60));
  switch (kind) {
    case 'AllAtOnce':
      return 100;
    case 'Canary':
      return steps > 0 ? 100 : percent;
    case 'Linear':
      return Math.min(100, percent * (steps + 1));
  }
}

/** CodeDeploy's deployment configuration of a rollout, and whether AWS has it or the engine must create it. */
export function deploymentConfiguration(rollout: Rollout): { name: string; builtIn: boolean } {
  const name = formatRollout(rollout);
  return builtIn.has(name)
    ? { name: `CodeDeployDefault.Lambda${name}`, builtIn: true }
    : { name: `Sluice.Lambda${name}`, builtIn: false };
}
