/** Where each page is. Names and ids have no character that a URL would take for something else; the values of queries may. */

export const homePath = '/';
export const releasesPath = '/releases';
export const livePath = '/live';
export const signOutPath = '/sign-out';

export function releasePath(release: string): string {
  return `${releasesPath}/${release}`;
}

/** What somebody can do to a release. */
export function actionsPath(release: string): string {
  return `${releasePath(release)}/actions`;
}

/** An approval, for whoever has a session. */
export function approvalPath(release: string, approval: string): string {
  return `${releasePath(release)}/approvals/${approval}`;
}

/** An object with evidence. */
export function evidencePath(release: string, sha256: string): string {
  return `${releasePath(release)}/evidence/${sha256}`;
}

/** What differs between two releases; without the other, those that there are. @param other the later one */
export function comparePath(release: string, other?: string): string {
  return withQuery(`${releasePath(release)}/compare`, { with: other });
}

export function servicePath(service: string): string {
  return `/services/${service}`;
}

export function environmentPath(service: string, environment: string): string {
  return `/environments/${service}/${environment}`;
}

/** A path with those parameters that there are. */
export function withQuery(path: string, values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[name, value]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
