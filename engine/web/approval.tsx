import { LONGEST_REASON } from '../../core/contract/api/actions.ts';
import { type Asked, briefOf, questionOf } from '../../core/approval/brief.ts';
import { groupChanges } from '../../core/approval/change-groups.ts';
import { whyNot } from '../../core/approval/decision.ts';
import { type Fact, factsOf } from '../../core/approval/facts.ts';
import { identityRule } from '../../core/approval/identity.ts';
import { previewOf } from '../../core/approval/preview.ts';
import { describeOwnDecision, describeStanding } from '../../core/approval/standing.ts';
import type { DecisionWay } from '../../core/approval/ways.ts';
import type { Person } from '../../core/policy/policy.ts';
import type { Plan } from '../../core/release/plan.ts';
import type { Linked } from '../../core/release/commits.ts';
import { recoveryFunction } from '../../core/manifest/recovery.ts';
import { Layout, Time } from './layout.tsx';
import { approvalPath, releasePath } from './paths.ts';
import { SignInLink } from './sign-in.tsx';

/** What an approver sees before deciding. */
export interface ApprovalView {
  readonly asked: Asked;
  readonly now: string;
  /** Whose link or session this is; undefined for somebody who is not asked. */
  readonly person: Person | undefined;
  /** Where the forms go. */
  readonly action: string;
  /** Where the form goes that opens the release's page; left out for whoever can read it already. */
  readonly watch?: string;
  /** What nobody but a page of this session has; left out where the link is that. */
  readonly token?: string;
  /** By which way a decision on this page would come. */
  readonly via: DecisionWay;
}

/** Lines of details that a page shows. */
const LINES = 600;

/** First the question and the buttons, then what is decided on, then the details. */
export function ApprovalPage({ asked, now, person, action, watch, token, via }: ApprovalView) {
  const brief = briefOf(asked, now);
  const question = questionOf(brief);
  return (
    <Layout title={question.replace(/\?$/, '')} open={watch !== undefined}>
      <h1>{question}</h1>
      {brief.inconclusive === undefined ? null : (
        <div class="notice">
          The checks were inconclusive: {brief.inconclusive} Approve to continue, decline to roll back.
        </div>
      )}
      <div class="decide">
        <Decide asked={asked} person={person} action={action} token={token} via={via} />
      </div>
      <Facts facts={factsOf(brief).filter(({ label }) => label !== 'Why you are asked')} />
      <Details asked={asked} />
      <Artifact asked={asked} />
      {watch === undefined ? (
        <a href={releasePath(asked.approval.release)}>The release’s page</a>
      ) : (
        <Watch action={watch} />
      )}
    </Layout>
  );
}

function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl>
      {facts.map(({ label, lines }) => (
        <>
          <dt>{label}</dt>
          <dd>
            {lines.map((line) => (
              <div>
                <Line line={line} />
              </div>
            ))}
          </dd>
        </>
      ))}
    </dl>
  );
}

function Line({ line: { text, link } }: { readonly line: Linked }) {
  return link === undefined ? <>{text}</> : <a href={link}>{text}</a>;
}

/** Of an approval that became void, the preview was made again since, for another approval: it is not shown. */
function Details({ asked: { approval, targets } }: Pick<ApprovalView, 'asked'>) {
  const { groups, left } = groupChanges(previewOf(approval, targets), LINES);
  if (groups.length === 0) return null;
  const { release, approval: id } = approval;
  return (
    <>
      <h2>What would change</h2>
      {groups.map(({ targets: where, parts }) => (
        <>
          <h3>{where}</h3>
          {parts.map(({ title, items }) => (
            <>
              <p>
                <strong>{title}</strong>
              </p>
              <ul>
                {items.map((item) => (
                  <li>{item}</li>
                ))}
              </ul>
            </>
          ))}
        </>
      ))}
      {left === 0 ? null : (
        <p class="soft">
          … and {left} more:{' '}
          <code>
            GET /v1/releases/{release}/approvals/{id}
          </code>{' '}
          has all of them (
          <code>
            sluice approval {release} --approval {id} --json
          </code>
          ).
        </p>
      )}
    </>
  );
}

function Artifact({ asked: { approval, plan } }: Pick<ApprovalView, 'asked'>) {
  return (
    <>
      <h2>The artifact</h2>
      <dl>
        <dt>Release</dt>
        <dd>{approval.release}</dd>
        <dt>Repository</dt>
        <dd>{plan.manifest.source.repository ?? 'not given'}</dd>
        <dt>Commit</dt>
        <dd>
          <code>{plan.manifest.source.commit ?? 'not given'}</code>
        </dd>
        <dt>Artifact SHA-256</dt>
        <dd>
          <code>{approval.digest}</code>
        </dd>
        <dt>Checks</dt>
        <dd>{describeChecks(plan)}</dd>
        <dt>Changes to data</dt>
        <dd>
          <DataChanges changes={plan.manifest.dataChanges} undoneBy={recoveryFunction(plan.manifest)} />
        </dd>
      </dl>
    </>
  );
}

function describeChecks({ manifest }: Plan): string {
  const { smoke = [], traffic = [] } = manifest.checks ?? {};
  return `${smoke.length} smoke, ${traffic.length} traffic, ${manifest.alarms?.length ?? 0} alarms`;
}

function DataChanges({
  changes,
  undoneBy,
}: {
  readonly changes: Plan['manifest']['dataChanges'];
  readonly undoneBy: string | undefined;
}) {
  if (changes === undefined) return <>none named in the manifest</>;
  const { reversible, recovery } = changes;
  return (
    <>
      {reversible ? 'reversible' : 'not reversible'}
      {undoneBy === undefined ? null : `; a rollback calls the function ${undoneBy}`}
      {undoneBy !== undefined || recovery === undefined ? null : (
        <>; to undo them: {/^https?:/i.test(recovery) ? <a href={recovery}>{recovery}</a> : recovery}</>
      )}
    </>
  );
}

/** Opens the release's page for whoever has the link: for that release alone, and for some hours. */
export function Watch({ action }: { readonly action: string }) {
  return (
    <form method="post" action={action}>
      <button type="submit" class="second">
        Watch this release
      </button>
    </form>
  );
}

interface DecideView extends Pick<ApprovalView, 'asked' | 'person' | 'action' | 'via'> {
  readonly token: string | undefined;
}

function Decide({ asked: { approval, standing, head }, person, action, token, via }: DecideView) {
  const told = describeStanding(approval, standing, head);
  if (standing !== 'open') return <div class="notice">Nothing is left to decide. {told}</div>;
  if (person === undefined)
    return (
      <div class="notice">
        You are not one of the people who are asked: {approval.people.map(({ name }) => name).join(', ')}. {told}
      </div>
    );
  const own = approval.decisions.find(({ by }) => by === person.email.toLowerCase());
  if (own !== undefined)
    return (
      <div class="notice">
        {describeOwnDecision(own)} {told}
      </div>
    );
  const rule = identityRule(approval, via);
  if (rule !== undefined)
    return (
      <div class="notice">
        {rule}.{' '}
        {approval.identity === undefined ? (
          'Decide by the link that was mailed to you.'
        ) : (
          <SignInLink to={approvalPath(approval.release, approval.approval)} />
        )}
      </div>
    );
  const { approve, decline } = whyNot(approval, person);
  if (decline !== undefined) return <div class="notice">{decline}</div>;
  return (
    <>
      <p>
        You decide as <strong>{person.email}</strong>, before <Time at={approval.deadline} exact /> UTC. {told}
      </p>
      {approve === undefined ? (
        <form method="post" action={action}>
          <Token token={token} />
          <label for="why">Why? (kept in the ledger)</label>
          <textarea id="why" name="reason" rows={2} maxlength={LONGEST_REASON} />
          <button type="submit" name="decision" value="approve">
            Approve
          </button>
        </form>
      ) : (
        <div class="notice">{approve}</div>
      )}
      <details>
        <summary>Decline…</summary>
        <form method="post" action={action}>
          <Token token={token} />
          <label for="reason">Why not? (kept in the ledger, and told)</label>
          <textarea id="reason" name="reason" rows={2} required maxlength={LONGEST_REASON} />
          <button type="submit" name="decision" value="decline" class="second">
            Decline
          </button>
        </form>
      </details>
    </>
  );
}

function Token({ token }: { readonly token: string | undefined }) {
  return token === undefined ? null : <input type="hidden" name="token" value={token} />;
}
