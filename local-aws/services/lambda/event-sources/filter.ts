import type { FilterCriteria } from '@aws-sdk/client-lambda';
import { AwsError } from '../../../kernel/errors.ts';
import { readPattern, type Pattern } from '../../events/pattern.ts';
import { invalid } from '../store.ts';

/**
 * Which records a mapping lets through: those that one of its filters matches; all, where it has none.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 * @throws AwsError InvalidParameterValueException
 */
export function readFilters(criteria: FilterCriteria | undefined): Pattern {
  const patterns = (criteria?.Filters ?? []).map(({ Pattern: text = '{}' }) => read(text));
  return (record) => patterns.length === 0 || patterns.some((matches) => matches(record));
}

function read(text: string): Pattern {
  // An empty pattern lets all through, which EventBridge’s do not.
  if (text.replace(/\s/g, '') === '{}') return () => true;
  try {
    return readPattern(text);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid('Invalid filter pattern definition.');
  }
}
