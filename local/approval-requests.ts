import type { LocalAws } from '../local-aws/aws.ts';

/** An approval that the engine asked for by e-mail. */
export interface AskedApproval {
  readonly to: readonly string[];
  readonly subject: string;
  /** Id of the release. */
  readonly release: string;
  readonly environment: string;
  /** To release there, or to go on although the evidence is thin. */
  readonly about: 'release' | 'goOn';
  /** The signed link of the person the mail went to. */
  readonly link: string;
  /** Decides as that person would: opens the link, presses a button. Resolves once the engine took the decision. */
  decide(decision: 'approve' | 'decline', reason: string): Promise<void>;
  /** Lets time run again, because somebody decided by the link itself. */
  decidedElsewhere(): void;
}

/**
 * Watches the mailbox of the local AWS for approval mails; told of each approval once, however many people it was mailed to.
 * Time passes as real time does from a mail's arrival until the decision, so that a person at the terminal never finds the
 * approval expired.
 */
export function watchMailbox(aws: LocalAws, onAsked: (asked: AskedApproval) => void): () => void {
  const known = new Set<string>();
  return aws.kernel.onObservation((observation) => {
    if (observation.kind !== 'email') return;
    const link = /https?:\/\/\S+\/approvals\/\S+/.exec(observation.text)?.[0];
    if (link === undefined) return;
    const { pathname, searchParams } = new URL(link);
    if (known.has(pathname)) return;
    known.add(pathname);
    const release = aws.clock.hold();
    onAsked({
      to: observation.to,
      subject: observation.subject,
      release: searchParams.get('r') ?? '',
      environment: /\b(?:to|in) ([a-z][a-z0-9-]*)\?$/.exec(observation.subject)?.[1] ?? '',
      about: observation.subject.startsWith('Go on') ? 'goOn' : 'release',
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
