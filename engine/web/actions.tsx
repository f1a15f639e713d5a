import { LONGEST_REASON } from '../../core/contract/api/actions.ts';
import type { Offer, OfferedAction } from '../../core/release/actions/offered.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { Layout } from './layout.tsx';
import { Status } from './status.tsx';
import { actionsPath, releasePath } from './paths.ts';

/** What somebody may do to a release as it stands. */
interface ActionsView {
  readonly head: ReleaseHead;
  readonly offers: readonly Offer[];
  /** What can be done, though not by this session. */
  readonly forOthers: readonly OfferedAction[];
  /** E-mail address, or ARN. */
  readonly who: string;
  /** What nobody but a page of this session has. */
  readonly token: string;
}

const verbs: Readonly<Record<OfferedAction, string>> = {
  cancel: 'Cancel',
  continue: 'Continue',
  retry: 'Retry',
  rollback: 'Roll back',
  'override-window': 'Let it in',
};

/** A form for each, with a reason. */
export function ActionsPage({ head, offers, forOthers, who, token }: ActionsView) {
  const { release } = head;
  return (
    <Layout title={`What you can do to ${release}`}>
      <h1>
        What you can do to <a href={releasePath(release)}>{release}</a>
      </h1>
      <p>
        <Status status={head.status} /> You act as <strong>{who}</strong>.
      </p>
      {offers.length === 0 ? (
        <p class="soft">
          {forOthers.length === 0
            ? 'There is nothing to do to it, as it stands.'
            : `As it stands, others may do this by the policy, or you by a session that you open yourself: ${forOthers.map((action) => verbs[action].toLowerCase()).join(', ')}.`}
        </p>
      ) : (
        offers.map(({ action, environment, follows }) => (
          <form method="post" action={actionsPath(release)}>
            <h2>
              {verbs[action]} {environment === '' ? '' : `(${environment})`}
            </h2>
            <p>{follows}</p>
            <input type="hidden" name="token" value={token} />
            <input type="hidden" name="environment" value={environment} />
            <label for={`${action}-${environment}`}>Why? (kept in the ledger)</label>
            <textarea id={`${action}-${environment}`} name="reason" rows={2} required maxlength={LONGEST_REASON} />
            <button type="submit" name="action" value={action} class="second">
              {verbs[action]}
            </button>
          </form>
        ))
      )}
    </Layout>
  );
}
