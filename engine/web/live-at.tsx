import type { ServedDocument } from '../../core/contract/api/live-at.ts';
import { inWords } from '../../core/overview/journey.ts';
import { Layout, Time } from './layout.tsx';
import { environmentPath, evidencePath, livePath, releasePath, withQuery } from './paths.ts';

interface LiveAtView {
  /** The moment, as the ledger writes it. */
  readonly at: string;
  readonly service?: string | undefined;
  readonly live: readonly ServedDocument[];
  readonly next?: string | undefined;
}

/** What served at a moment, who let it through, and on what evidence; and a date to choose. */
export function LiveAtPage({ at, service, live, next }: LiveAtView) {
  return (
    <Layout title="What was live">
      <h1>What was live</h1>
      <Choice at={at} service={service} />
      <p>
        At <Time at={at} exact /> UTC
        {service === undefined ? '' : `, of ${service}`}:
      </p>
      {live.length === 0 ? (
        <p class="notice">{next === undefined ? 'Nothing was live.' : 'Nothing here was live: there is more.'}</p>
      ) : (
        <ul class="cards wide-cards">
          {live.map((one) => (
            <li class={`card ${one.unproven === true ? 'busy' : 'good'}`}>
              <Served served={one} />
            </li>
          ))}
        </ul>
      )}
      {next === undefined ? null : (
        <p>
          <a rel="next" href={withQuery(livePath, { at: at.slice(0, 19), service, cursor: next })}>
            More
          </a>
        </p>
      )}
    </Layout>
  );
}

function Choice({ at, service }: Pick<LiveAtView, 'at' | 'service'>) {
  return (
    <form class="filter" method="get" action={livePath}>
      <div>
        <label for="at">Date and time (UTC)</label>
        <input type="datetime-local" id="at" name="at" value={at.slice(0, 16)} required />
      </div>
      <div>
        <label for="service">Service</label>
        <input type="text" id="service" name="service" value={service ?? ''} />
      </div>
      <button type="submit">Show</button>
    </form>
  );
}

/** What made it so, before the release whose transition it was. */
const causes: Readonly<Record<ServedDocument['cause'], string>> = {
  changed: 'the stack was changed by',
  shiftStarted: 'users began to move to',
  shifted: 'all users moved to',
  settleStarted: 'proven, with',
  settleFailed: 'proven, with',
  trafficRestored: 'users came back from',
  rolledBack: 'users came back from',
  aliasesRestored: 'users were brought back by',
};

function Served({ served }: { readonly served: ServedDocument }) {
  const { service, environment, account, region, serves, since, unproven, cause, by, approvals, evidence } = served;
  return (
    <>
      <div>
        <a href={environmentPath(service, environment)}>
          {service} in {environment}
        </a>{' '}
        <code>
          {account} {region}
        </code>
      </div>
      <div class="version">
        {serves.map(({ version = 'of no release', release, percent }) => (
          <>
            {release === undefined ? version : <a href={releasePath(release)}>{version}</a>}
            {percent === 100 ? '' : ` ${percent} %`}{' '}
          </>
        ))}
        {unproven === true ? <span class="soft">not proven yet</span> : null}
      </div>
      <div class="soft">
        since <Time at={since} exact />. Last change: {causes[cause]} <a href={releasePath(by)}>{by}</a>
      </div>
      <h2>Who let it through</h2>
      {approvals.length === 0 ? <p class="soft">No approval was asked for.</p> : null}
      <ul>
        {approvals.map(({ by: who, at, reason }) => (
          <li>
            {who}, <Time at={at} exact />
            {reason === undefined ? '' : `: ${reason}`}
          </li>
        ))}
      </ul>
      <h2>On what evidence</h2>
      {evidence.length === 0 ? <p class="soft">Nothing was judged before.</p> : null}
      <ul>
        {evidence.map(({ release, type, checks, evidence: digest, at }) => (
          <li>
            {inWords(type)}: <a href={evidencePath(release, digest)}>{checks}</a>{' '}
            <span class="soft">
              <Time at={at} exact />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
