/**
 * By which way a decision comes: by a signed link, by a request that is signed with IAM credentials, by one that Slack signed, or by
 * somebody whom the policy's OpenID provider named.
 */
export const decisionWays = ['link', 'iam', 'slack', 'oidc'] as const;
export type DecisionWay = (typeof decisionWays)[number];
