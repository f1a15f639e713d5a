import { secretHeaders } from '../../../core/checks/credential-headers.ts';
import { secretIdIn } from '../../../core/checks/header-secret.ts';
import { TargetNotReady } from '../../../core/contract/errors.ts';
import { mayMakeSecret } from '../../../core/template/secrets.ts';
import type { Template } from '../../../core/template/template.ts';
import type { TargetView } from '../target-context.ts';

/**
 * The secrets that headers of checks refer to exist, or come with the release: else the checks would fail once everything is
 * changed. Their values are not read. @throws TargetNotReady
 */
export async function requireHeaderSecrets({ plan, where, target, place }: TargetView, next: Template): Promise<void> {
  const missing: string[] = [];
  for (const { path, reference } of secretHeaders(plan.manifest.checks ?? {})) {
    const id = secretIdIn(reference, where.environment);
    if (mayMakeSecret(next, id) || (await target.requirements.hasSecret(id))) continue;
    missing.push(`${id} (${path})`);
  }
  if (missing.length === 0) return;
  const sentence = `Checks read headers from secrets that the target does not have: ${missing.join(', ')}. Make them there, or correct their names in the manifest.`;
  throw new TargetNotReady(sentence, place);
}
