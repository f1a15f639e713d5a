import type { EnvironmentDocument } from '../../core/contract/api/documents.ts';
import { ClosedWindow } from './closed-window.tsx';
import { Layout, Time } from './layout.tsx';
import { Served, type ServedView } from './served.tsx';
import { livePath, releasePath, servicePath, withQuery } from './paths.ts';

interface EnvironmentView extends Pick<ServedView, 'served' | 'now'> {
  readonly environment: EnvironmentDocument;
}

/** What serves in an environment, which release has its turn, what blocks it, which releases wait, and what people did. */
export function EnvironmentPage({ environment: found, served, now }: EnvironmentView) {
  const { service, environment, holder, hold, quarantine, waiters, interventions } = found;
  return (
    <Layout title={`${service} in ${environment}`} live={holder !== undefined || waiters.length > 0}>
      <h1>
        <a href={servicePath(service)}>{service}</a> in {environment}
      </h1>
      {quarantine === undefined ? null : (
        <div class="notice bad">
          <p>
            <strong>Quarantined</strong> since <Time at={quarantine.since} />: the rollback of{' '}
            <a href={releasePath(quarantine.release)}>{quarantine.release}</a> did not finish. {quarantine.reason}
          </p>
          <p>Not clean: {quarantine.targets.join(', ')}.</p>
          <p>
            Repair what is left, then: <code>{`sluice clear ${service} ${environment} --reason "…"`}</code>
          </p>
        </div>
      )}
      {hold === undefined ? null : (
        <div class="notice">
          <strong>Held</strong> by {hold.owner} since <Time at={hold.since} />: {hold.reason}
        </div>
      )}
      <h2>What serves</h2>
      <Served {...{ service, environment, served, now }} />
      <p>
        <a href={withQuery(livePath, { service })}>What served in the past</a>
      </p>
      <h2>Whose turn it is</h2>
      <Turn found={found} />
      <h2>Who waits</h2>
      {waiters.length === 0 ? (
        <p class="soft">No release waits.</p>
      ) : (
        <ul>
          {waiters.map(({ release, since, closed }) => (
            <li>
              <a href={releasePath(release)}>{release}</a> since <Time at={since} />
              {closed === undefined ? null : (
                <>
                  , <ClosedWindow closed={closed} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      <h2>What people did</h2>
      {interventions.length === 0 ? <p class="soft">Nothing.</p> : null}
      <ol class="timeline">
        {interventions.map(({ kind, at, by, via, reason, release }) => (
          <li>
            <p>
              <strong>{deeds[kind]}</strong>
              {release === undefined ? null : `${kind === 'cleared' ? ' after' : ':'} ${release}`}
            </p>
            <p class="said">{reason}</p>
            <p class="soft">
              <Time at={at} /> · {by}
              {via === undefined ? null : ' in Slack'}
            </p>
          </li>
        ))}
      </ol>
    </Layout>
  );
}

const deeds = {
  cleared: 'Quarantine cleared',
  held: 'Held',
  holdReleased: 'Hold released',
  alarmsOverridden: 'Let in although alarms were firing',
  windowOverridden: 'Let in although a window was closed',
  rolledBack: 'Rolled back',
  promoted: 'Promoted',
} as const;

function Turn({ found: { holder, takenAt, waitsFor } }: { readonly found: EnvironmentDocument }) {
  return (
    <dl>
      <dt>Turn</dt>
      <dd>
        {holder === undefined ? 'free' : <a href={releasePath(holder)}>{holder}</a>}
        {takenAt === undefined ? null : (
          <>
            {' '}
            since <Time at={takenAt} />
          </>
        )}
      </dd>
      {waitsFor === undefined ? null : (
        <>
          <dt>The newest waits, because</dt>
          <dd>{waitsFor}</dd>
        </>
      )}
    </dl>
  );
}
