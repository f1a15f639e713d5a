import type { LocalAws } from 'local-aws';

/** An approval that the engine asks for by e-mail. */
export interface ApprovalRequest {
  readonly to: readonly string[];
  /** `Release orders 1.4.1 → 1.4.2 to production?` */
  readonly question: string;
  /** Id of the release. */
  readonly release: string;
  readonly environment: string;
  /** Whether to release there, or to continue although checks were inconclusive. */
  readonly kind: 'release' | 'continue';
  /** The signed link of the first recipient. */
  readonly link: string;
  /** Posts the decision to the link. Resolves once the engine has accepted it. */
  decide(decision: 'approve' | 'decline', reason: string): Promise<void>;
  /** Lets time run again after a decision that did not go through `decide`. */
  decidedElsewhere(): void;
}

/**
 * Calls `handle` once for each approval that the engine mails, however many recipients it has. Time passes no faster than real
 * time between the mail and the decision, so that an approval does not expire while a person at the terminal reads it.
 * @returns what ends it
 */
export function onApprovalRequest(aws: LocalAws, handle: (request: ApprovalRequest) => void): () => void {
  const known = new Set<string>();
  return aws.kernel.onObservation((observation) => {
    if (observation.kind !== 'email') return;
    const link = /https?:\/\/\S+\/approvals\/\S+/.exec(observation.text)?.[0];
    if (link === undefined) return;
    const [question = ''] = observation.text.split('\n');
    const { pathname, searchParams } = new URL(link);
    if (known.has(pathname)) return;
    known.add(pathname);
    const release = aws.clock.hold();
    handle({
      to: observation.to,
      question,
      release: searchParams.get('r') ?? '',
      environment: /\b(?:to|in) ([a-z][a-z0-9-]*)(?: \([^()]*\))?\?$/.exec(question)?.[1] ?? '',
      kind: question.startsWith('Continue') ? 'continue' : 'release',
      link,
      decide: (decision, reason) => post(link, decision, reason).finally(release),
      decidedElsewhere: release,
    });
  });
}

async function post(link: string, decision: string, reason: string): Promise<void> {
  const answer = await fetch(link, {
    method: 'POST',
    body: new URLSearchParams({ decision, reason }),
    redirect: 'manual',
  });
  if (answer.status >= 400) throw new Error(`The approval link answered ${answer.status}: ${await answer.text()}`);
}
