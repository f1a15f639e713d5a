import type { Manifest } from './manifest.ts';
import type { EnvironmentTarget } from '../contract/tasks.ts';
import { logicalId, nameTarget } from '../values/identifiers.ts';

/**
 * The function of the template that undoes the release's changes to data; undefined where the manifest has a link or a
 * sentence for people instead. A logical id is letters and digits alone, which no link is.
 */
export function recoveryFunction({ dataChanges }: Pick<Manifest, 'dataChanges'>): string | undefined {
  const named = logicalId.safeParse(dataChanges?.recovery);
  return named.success ? named.data : undefined;
}

/** How long the function may take to answer. */
export const recoverySeconds = 600;

/** What the function is called with. */
interface RecoveryPayload {
  readonly release: string;
  readonly service: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** The version that is rolled back. */
  readonly fromVersion: string;
  /** The version that serves again; null where no release deployed it. */
  readonly toVersion: string | null;
  /** The same whenever this release is rolled back in this target: a call may come twice. */
  readonly idempotencyKey: string;
}

/** @param live version that serves again, where a release deployed it */
export function recoveryPayload(
  release: string,
  where: EnvironmentTarget,
  { service, version }: Pick<Manifest, 'service' | 'version'>,
  live: string | undefined,
): RecoveryPayload {
  const { environment, account, region } = where;
  return {
    ...{ release, service, environment, account, region },
    fromVersion: version,
    toVersion: live ?? null,
    idempotencyKey: `${release}/${environment}/${nameTarget(where)}`,
  };
}
