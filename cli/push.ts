import type { ReleaseDocument } from '../core/contract/api/documents.ts';
import { isEnd } from '../core/release/status.ts';
import { formatReleaseId } from '../core/values/release-id.ts';
import type { Engine } from './engine.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { oneRelease } from './follow.ts';
import { growingPauses } from './pauses.ts';

/** An artifact that is dropped. */
export interface Pushed {
  readonly service: string;
  readonly version: string;
  readonly sha256: string;
}

/** What the ledger has of a version before it is dropped; `unreadable` where the caller may not read it. */
export type Before =
  | { readonly kind: 'read'; readonly attempts: number; readonly newest: ReleaseDocument | undefined }
  | { readonly kind: 'unreadable'; readonly why: string };

const FIRST_PAUSE_MILLISECONDS = 400;
/** An object's event takes seconds, and sometimes a minute: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html */
const LOOKS = 20;

/** What there is of a version. @throws CommandError where it was released with other bytes, which the engine would reject */
export async function lookBefore(engine: Engine, pushed: Pushed): Promise<Before> {
  const { service, version, sha256 } = pushed;
  let newest: ReleaseDocument | undefined;
  try {
    for (let attempt = 1; ; attempt += 1) {
      const found = await findRelease(engine, formatReleaseId({ service, version, attempt }));
      if (found === undefined) return { kind: 'read', attempts: attempt - 1, newest };
      // The first attempt's bytes are the version's for good.
      const used = attempt === 1 ? found.artifact.sha256 : undefined;
      if (used !== undefined && used !== sha256) throw versionUsed(pushed, found.id, used);
      newest = found;
    }
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === exitCode.denied)
      return { kind: 'unreadable', why: error.message };
    throw error;
  }
}

/**
 * The release that an artifact has after it was dropped: the one that was there, where its bytes are being released or have been; else
 * the next attempt, once the engine has begun it. @throws CommandError where it does not appear
 */
export async function releaseAfter(
  engine: Engine,
  { service, version }: Pushed,
  { attempts, newest }: Before & { readonly kind: 'read' },
): Promise<{ readonly release: ReleaseDocument; readonly begun: boolean }> {
  if (newest !== undefined && (!isEnd(newest.status) || newest.status === 'Succeeded'))
    return { release: newest, begun: false };
  const id = formatReleaseId({ service, version, attempt: attempts + 1 });
  const pause = growingPauses(FIRST_PAUSE_MILLISECONDS);
  for (let look = 1; look <= LOOKS; look += 1) {
    const release = await findRelease(engine, id);
    if (release !== undefined) return { release, begun: true };
    await pause(false);
  }
  const sentence = `The artifact is in the bucket, and ${id} has not appeared: look for it by "sluice list --service ${service}".`;
  throw new CommandError(sentence, exitCode.failed, { code: 'cli.release-late', release: id });
}

async function findRelease(engine: Engine, id: string): Promise<ReleaseDocument | undefined> {
  try {
    return await oneRelease(engine, id);
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === exitCode.notFound) return undefined;
    throw error;
  }
}

function versionUsed({ service, version, sha256 }: Pushed, release: string, used: string): CommandError {
  const sentence = `Version ${version} of ${service} was dropped before with other content (${release}, sha256 ${used}): give the new content (sha256 ${sha256}) a new version.`;
  return new CommandError(sentence, exitCode.rejected, { code: 'cli.version-used', release, used, sha256 });
}
