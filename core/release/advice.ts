import type { ReleaseHead } from './head.ts';
import { describeServing } from './serving.ts';
import { operatorAdvice } from './status.ts';

/** What serves, once a release has ended, and what a person has to do about it. */
export function adviceFor({ status, serves = [] }: Pick<ReleaseHead, 'status' | 'serves'>): string {
  return [...describeServing(serves), operatorAdvice[status]].join(' ');
}
