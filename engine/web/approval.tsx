import { LONGEST_REASON } from '../../core/contract/api/actions.ts';
import { whyNot } from '../../core/approval/decision.ts';
import { type PreviewedTarget, previewOf } from '../../core/approval/preview.ts';
import { describeOwnDecision, describeStanding, type Standing } from '../../core/approval/standing.ts';
import type { ApprovalItem, TargetItem } from '../../core/ledger/items.ts';
import type { Person } from '../../core/policy/policy.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { Plan } from '../../core/release/plan.ts';
import { recoveryFunction } from '../../core/manifest/recovery.ts';
import type { ParameterChange } from '../../core/template/change-schema.ts';
import { describeParameter } from '../../core/template/parameter-changes.ts';
import { Layout, Time } from './layout.tsx';

/** What an approver sees before deciding. */
export interface ApprovalView {
  readonly approval: ApprovalItem;
  readonly plan: Plan;
  readonly targets: readonly TargetItem[];
  readonly standing: Standing;
  readonly head: ReleaseHead;
  /** The person whose link this is. */
  readonly person: Person;
  /** Path and query of the link: where the form goes. */
  readonly action: string;
}

export function ApprovalPage({ approval, plan, targets, ...deciding }: ApprovalView) {
  const { service, version, source } = plan.manifest;
  const environment = plan.environments.find(({ name }) => name === approval.environment);
  const { override } = approval;
  const question = override === undefined ? 'Release' : 'Continue';
  return (
    <Layout title={`${service} ${version} to ${approval.environment}`}>
      <h1>
        {question} {service} {version} {override === undefined ? 'to' : 'in'} {approval.environment}?
      </h1>
      {override === undefined ? null : (
        <div class="notice">
          The checks were inconclusive{override.target === undefined ? '' : ` in ${override.target}`}:{' '}
          {override.inconclusiveReason} Approve to continue, decline to roll back.
        </div>
      )}
      <dl>
        <dt>Release</dt>
        <dd>{approval.release}</dd>
        <dt>Asked by</dt>
        <dd>{approval.author}</dd>
        <dt>Commit</dt>
        <dd>
          <code>{source.commit ?? 'not given'}</code> {source.repository ?? ''}
        </dd>
        <dt>Artifact SHA-256</dt>
        <dd>
          <code>{approval.digest}</code>
        </dd>
        <dt>Rollout</dt>
        <dd>{environment?.rollout ?? 'unknown'}</dd>
        <dt>Bake</dt>
        <dd>{environment === undefined ? 'unknown' : `${environment.bakeSeconds / 60} minutes`}</dd>
        <dt>Checks</dt>
        <dd>{describeChecks(plan)}</dd>
        <dt>Changes to data</dt>
        <dd>
          <DataChanges changes={plan.manifest.dataChanges} undoneBy={recoveryFunction(plan.manifest)} />
        </dd>
        <dt>Decide before</dt>
        <dd>
          <Time at={approval.deadline} />
        </dd>
      </dl>
      <Preview approval={approval} targets={targets} />
      <Decide approval={approval} {...deciding} />
    </Layout>
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

/** Of an approval that became void, the preview was made again since, for another approval: it is not shown. */
function Preview({ approval, targets }: Pick<ApprovalView, 'approval' | 'targets'>) {
  const previewed = previewOf(approval, targets);
  if (previewed.length === 0) return null;
  return (
    <>
      <h2>What would change</h2>
      {previewed.map((target) => (
        <Target target={target} />
      ))}
    </>
  );
}

function Target({ target }: { readonly target: PreviewedTarget }) {
  const { resources, parameters = [], warnings, boundary } = target.lookedAhead;
  return (
    <>
      <h3>
        {target.account} {target.region}
      </h3>
      {warnings.map(({ sentence }) => (
        <div class="notice">{sentence}</div>
      ))}
      {boundary === undefined ? null : <p class="soft">{boundary}</p>}
      {resources.length === 0 ? (
        <p class="soft">Nothing changes.</p>
      ) : (
        <ul>
          {resources.map(({ action, logicalId, type, replacement }) => (
            <li>
              {action} <strong>{logicalId}</strong> <span class="soft">{type}</span>
              {replacement === 'True' || replacement === 'Conditional' ? ' – replaced' : ''}
            </li>
          ))}
        </ul>
      )}
      {parameters.length === 0 ? null : <Parameters changes={parameters} />}
    </>
  );
}

function Parameters({ changes }: { readonly changes: readonly ParameterChange[] }) {
  return (
    <>
      <p>Parameters</p>
      <ul>
        {changes.map((one) => (
          <li>{describeParameter(one)}</li>
        ))}
      </ul>
    </>
  );
}

function Decide({ approval, standing, head, person, action }: Omit<ApprovalView, 'plan' | 'targets'>) {
  const told = describeStanding(approval, standing, head);
  if (standing !== 'open') return <div class="notice">Nothing is left to decide. {told}</div>;
  const own = approval.decisions.find(({ by }) => by === person.email.toLowerCase());
  if (own !== undefined)
    return (
      <div class="notice">
        {describeOwnDecision(own)} {told}
      </div>
    );
  const { approve, decline } = whyNot(approval, person);
  if (decline !== undefined) return <div class="notice">{decline}</div>;
  return (
    <form method="post" action={action}>
      <p>
        You decide as <strong>{person.email}</strong>. {told}
      </p>
      {approve === undefined ? null : <div class="notice">{approve}</div>}
      <label for="reason">Reason (kept in the ledger)</label>
      <input type="text" id="reason" name="reason" maxlength={LONGEST_REASON} />
      <br />
      {approve === undefined ? (
        <button type="submit" name="decision" value="approve">
          Approve
        </button>
      ) : null}
      <button type="submit" name="decision" value="decline" class="second">
        Decline
      </button>
    </form>
  );
}
