import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import { NotImplemented } from '../../kernel/errors.ts';
import { badRequest } from '../api-gateway/errors.ts';

/** What a patch does to a place; `value` is undefined where it is removed. */
type Change = (value: string | undefined, steps: readonly string[]) => void;

/** A place that may be patched: the operations that it takes, and what comes of them. `*` stands for any one step of the path. */
export interface Place {
  readonly path: string;
  readonly operations: readonly ('add' | 'remove' | 'replace')[];
  readonly change: Change;
}

/**
 * Changes by patch operations, as all updates of REST APIs are told.
 * https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
 * @throws NotImplemented for a place that is not implemented
 * @throws AwsError BadRequestException for an operation that the place does not take
 */
export function applyPatches(
  operations: readonly PatchOperation[] | undefined,
  places: readonly Place[],
  what: string,
): void {
  const steps = (operations ?? []).map(({ op, path = '', value }) => {
    const place = places.find((each) => matches(each.path, path));
    if (place === undefined) throw new NotImplemented(`the patch of ${path} of ${what}`);
    const allowed = place.operations.find((each) => each === op);
    if (allowed === undefined)
      throw badRequest(
        `Invalid patch operation '${op ?? ''}' specified for path ${path}. Must be one of: [${place.operations.join(', ')}]`,
      );
    if (allowed !== 'remove' && value === undefined) throw badRequest(`Invalid null value for path ${path}`);
    return () => place.change(allowed === 'remove' ? undefined : value, stepsOf(path));
  });
  for (const step of steps) step();
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((step, index) => step === '*' || step === given[index]);
}

/** The steps of a path, each with `~1` and `~0` as what they stand for. */
function stepsOf(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
