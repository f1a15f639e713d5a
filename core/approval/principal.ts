/**
 * Does an IAM caller decide as a principal of the policy? `arn:aws:sts::1:assumed-role/Role/session` matches that pattern and
 * the role's own ARN; `*` matches any session.
 */
export function decidesAs(principal: string, callerArn: string): boolean {
  const session = /^arn:(?<partition>[^:]+):sts::(?<account>\d{12}):assumed-role\/(?<role>[^/]+)\//.exec(
    callerArn,
  )?.groups;
  if (session !== undefined) {
    const { partition = '', account = '', role = '' } = session;
    const owner = `^arn:${escapePattern(partition)}:iam::${account}:role/(?:[^*]*/)?${escapePattern(role)}$`;
    if (new RegExp(owner).test(principal)) return true;
  }
  const pattern = principal.split('*').map(escapePattern).join('[^/]*');
  return new RegExp(`^${pattern}$`).test(callerArn);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
