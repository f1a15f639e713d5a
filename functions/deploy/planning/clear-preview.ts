import { readFailure } from '../../../core/contract/failure.ts';
import type { TaskInput, TaskOutput } from '../../../core/contract/tasks.ts';
import { previewKey } from '../../../core/ledger/keys.ts';
import { previewItem } from '../../../core/planning/items.ts';
import { putPreview } from '../../../core/planning/progress.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import type { DeployServices } from '../services.ts';
import { clearTarget } from './clear-target.ts';
import { openPreview } from './preview-target.ts';

/** After a preview that failed: says why, and takes away what it left. @throws TargetBusy */
export async function clearPreview(
  input: TaskInput<'clearPreview'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'clearPreview'>> {
  const { ledger } = services;
  const known = await readItem(ledger, previewKey(input.plan, input), previewItem);
  // It made nothing before it wrote that it begins; that it did not, the plan's end says.
  if (known === undefined) return {};
  if (known.preview === undefined) {
    const { error, message } = readFailure(input.error, input.cause);
    await ledger.write([putPreview({ ...known, preview: { unseen: `${error}: ${message}` } })]);
  }
  await clearTarget(await openPreview(input, services, invocation), known);
  return {};
}
