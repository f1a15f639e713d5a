/** Where the page of an approval is, for whoever has a session. */
export function approvalPath(release: string, approval: string): string {
  return `/releases/${release}/approvals/${approval}`;
}
