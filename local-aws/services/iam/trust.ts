/**
 * Trust policies: IAM resolves the roles and users they name when they are saved, and forgets them when those are deleted.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 */
import { AwsError } from '../../kernel/errors.ts';
import { parseArn, type Directory, type Identity, type Policy } from './directory.ts';
import { many, statementsOf } from './evaluate.ts';
import { parsePolicyDocument } from './policy-document.ts';
import { limitExceeded } from './requests.ts';

/** @throws AwsError MalformedPolicyDocument, also where a role or user that is named does not exist; LimitExceeded */
export function readTrustPolicy(directory: Directory, text: string): Policy {
  if (text.replace(/\s/g, '').length > 2048) throw limitExceeded('Cannot exceed quota for ACLSizePerRole: 2048');
  const document = parsePolicyDocument(text, 'trust');
  for (const statement of statementsOf(document)) {
    const element = statement.Principal ?? statement.NotPrincipal;
    if (element === undefined || typeof element === 'string') continue;
    for (const arn of many(element['AWS'] ?? [])) {
      const { kind } = parseArn(arn);
      if ((kind === 'role' || kind === 'user') && directory.identity(arn) === undefined)
        throw new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${arn}"`);
    }
  }
  return { text, document };
}

/**
 * A deleted role or user leaves its unique id in the trust policies that named it: another of the same name is not trusted.
 */
export function forgetInTrustPolicies(directory: Directory, identity: Identity): void {
  for (const role of directory.roles()) {
    if (!role.trust.text.includes(`"${identity.arn}"`)) continue;
    const text = role.trust.text.replaceAll(`"${identity.arn}"`, `"${identity.id}"`);
    role.trust = { text, document: parsePolicyDocument(text, 'trust') };
  }
}
