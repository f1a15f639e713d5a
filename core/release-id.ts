import { createHash } from 'node:crypto';
import { serviceName, versionName } from './values.ts';

/** A release id taken apart. */
export interface ReleaseName {
  readonly service: string;
  readonly version: string;
  readonly attempt: number;
}

/** Service under which objects are recorded whose key says nothing. */
const unknownService = 'unknown';

/** `orders-1.4.2-a1`. */
export function formatReleaseId({ service, version, attempt }: ReleaseName): string {
  return `${service}-${version}-a${attempt}`;
}

/** What `<service>/<version>.zip` says; undefined when the key has another form. */
export function parseArtifactKey(key: string): { service: string; version: string } | undefined {
  const match = /^(?<service>[^/]+)\/(?<version>[^/]+)\.zip$/.exec(key);
  const { service = '', version = '' } = match?.groups ?? {};
  if (!serviceName.safeParse(service).success || !versionName.safeParse(version).success) return undefined;
  return { service, version };
}

/** Name for an object whose key cannot be read, the same for the same object version: nothing dropped vanishes. */
export function nameUnreadable(key: string, objectVersion: string): { service: string; version: string } {
  const digest = createHash('sha256')
    .update(JSON.stringify([key, objectVersion]))
    .digest('hex');
  return { service: unknownService, version: `0-${digest.slice(0, 32)}` };
}
