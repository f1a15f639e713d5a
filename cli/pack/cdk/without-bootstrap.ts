import { recordOf } from '../../../core/values/records.ts';
import type { TemplateDocument } from '../places.ts';
import { withoutMembers } from '../without-members.ts';

const PARAMETER = 'BootstrapVersion';
const RULE = 'CheckBootstrapVersion';

/** The template without what asks of an account whether `cdk bootstrap` was run there: an artifact needs nothing of that. */
export function withoutBootstrap(template: TemplateDocument): TemplateDocument {
  const { Default: name } = recordOf(recordOf(template['Parameters'])[PARAMETER]);
  if (typeof name !== 'string' || !name.endsWith('/version')) return template;
  return withoutMembers(withoutMembers(template, 'Parameters', [PARAMETER]), 'Rules', [RULE]);
}
