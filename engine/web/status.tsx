import type { ReleaseStatus } from '../../core/release/status.ts';

/** A status as a word in a colour; the word alone is enough to read it. */
export function Status({ status }: { readonly status: ReleaseStatus }) {
  return <span class={`badge ${toneOf(status)}`}>{status}</span>;
}

/** The colour of a status: a class of the style sheet. */
export function toneOf(status: ReleaseStatus): 'good' | 'bad' | 'busy' | 'quiet' {
  switch (status) {
    case 'Succeeded':
      return 'good';
    case 'Failed':
    case 'RolledBack':
    case 'RollingBack':
    case 'Rejected':
      return 'bad';
    case 'Declined':
    case 'Expired':
    case 'Superseded':
    case 'Cancelled':
      return 'quiet';
    default:
      return 'busy';
  }
}
