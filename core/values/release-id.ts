import { createHash } from 'node:crypto';
import { serviceName, versionName } from './identifiers.ts';

/** A release id taken apart. */
export interface ReleaseName {
  readonly service: string;
  readonly version: string;
  readonly attempt: number;
}

/** Service under which objects with an unreadable key are recorded. */
const unknownService = 'unknown';

/** `orders-1.4.2-a1`. */
export function formatReleaseId({ service, version, attempt }: ReleaseName): string {
  return `${service}-${version}-a${attempt}`;
}

/** Longest name of an execution: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const LONGEST_EXECUTION_NAME = 80;

/**
 * Name of the execution that undoes what a release left half done when its own execution, named after the release, ended
 * early. Always the same, so that it runs once.
 */
export function undoExecutionName(release: string): string {
  const name = `${release}-undo`;
  if (name.length <= LONGEST_EXECUTION_NAME) return name;
  return `${createHash('sha256').update(release).digest('hex').slice(0, 40)}-undo`;
}

/** Service and version of `<service>/<version>.zip`; undefined when the key has another form. */
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

/** Service and version of `orders-1.4.2`: a service has no segment that starts with a digit. Undefined when the text has another form. */
export function parseVersionName(text: string): { service: string; version: string } | undefined {
  const match = /^(?<service>.+?)-(?<version>[0-9].*)$/.exec(text);
  const { service = '', version = '' } = match?.groups ?? {};
  if (!serviceName.safeParse(service).success || !versionName.safeParse(version).success) return undefined;
  return { service, version };
}
