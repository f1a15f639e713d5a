import { serviceName, sha256 } from '../values/identifiers.ts';

/**
 * Where an artifact lies of which somebody asks what it would change: in the release bucket, under a prefix that begins no release and
 * is emptied after a day.
 */
export const planPrefix = '.plans/';

/** `.plans/orders/<sha256>.zip` */
export function planKey(service: string, digest: string): string {
  return `${planPrefix}${service}/${digest}.zip`;
}

/** The service of such a key; undefined where the key has another form. */
export function planKeyService(key: string): string | undefined {
  const { service = '', digest = '' } = /^\.plans\/(?<service>[^/]+)\/(?<digest>[^/]+)\.zip$/.exec(key)?.groups ?? {};
  return serviceName.safeParse(service).success && sha256.safeParse(digest).success ? service : undefined;
}

/** Does the object begin no release, whatever it is? */
export function isUnderPlans(key: string): boolean {
  return key.startsWith(planPrefix);
}
