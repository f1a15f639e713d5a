import { type Closure, describeClosure } from '../turn/windows/closure.ts';
import type { ReleaseHead } from './head.ts';
import { describeLeft } from './left.ts';
import { describeServing } from './serving.ts';
import { operatorAdvice } from './status.ts';

type Told = Pick<ReleaseHead, 'status' | 'serves' | 'left'> & Partial<Pick<ReleaseHead, 'release'>>;
type Placed = Pick<ReleaseHead, 'environment' | 'environments'>;

/** What serves, once a release has ended, what it left behind, what it waits for until when, and what a person has to do about it. */
export function adviceFor(head: Told & Partial<Placed>): string {
  const { status, serves = [], left = [], release = 'RELEASE' } = head;
  const closed = closureOf(head);
  const waits = closed === undefined ? [] : [`${head.environment} is closed by ${describeClosure(closed)}.`];
  return [
    ...describeServing(serves),
    ...describeLeft(left),
    ...waits,
    operatorAdvice[status].replace('RELEASE', release),
  ].join(' ');
}

/** The window for which the release waits. */
export function closureOf({
  status,
  environment = '',
  environments = {},
}: Told & Partial<Placed>): Closure | undefined {
  return status === 'AwaitingWindow' ? environments[environment]?.closed : undefined;
}
