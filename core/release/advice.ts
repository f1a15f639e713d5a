import type { ReleaseHead } from './head.ts';
import { describeLeft } from './left.ts';
import { describeServing } from './serving.ts';
import { operatorAdvice } from './status.ts';

/** What serves, once a release has ended, what it left behind, and what a person has to do about it. */
export function adviceFor({ status, serves = [], left = [] }: Pick<ReleaseHead, 'status' | 'serves' | 'left'>): string {
  return [...describeServing(serves), ...describeLeft(left), operatorAdvice[status]].join(' ');
}
