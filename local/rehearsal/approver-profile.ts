import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createReleaseManager } from '../operators.ts';
import { ENGINE, type Sandbox } from '../sandbox.ts';

/**
 * Makes the approver's role, and a configuration of the AWS CLI (v1 from 1.29, v2 from 2.13) whose profile is that person.
 * @param folder where it is written @returns lines for a shell
 */
export async function approverProfile(sandbox: Sandbox, folder: string): Promise<string[]> {
  await createReleaseManager(sandbox);
  const {
    AWS_ACCESS_KEY_ID: key = '',
    AWS_SECRET_ACCESS_KEY: secret = '',
    AWS_ENDPOINT_URL: endpoint = '',
  } = sandbox.environment;
  const file = path.join(folder, 'config');
  const common = [`region = ${ENGINE.region}`, `endpoint_url = ${endpoint}`];
  const lines = [
    ...['[profile administrator]', `aws_access_key_id = ${key}`, `aws_secret_access_key = ${secret}`, ...common],
    ...['[profile approver]', `role_arn = arn:aws:iam::${ENGINE.account}:role/release-manager`],
    ...['source_profile = administrator', 'role_session_name = robin', ...common],
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return [
    'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN',
    `export AWS_CONFIG_FILE=${file} AWS_PROFILE=approver`,
    `export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${ENGINE.region} AWS_DEFAULT_REGION=${ENGINE.region}`,
  ];
}
