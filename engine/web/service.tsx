import type * as z from 'zod';
import type { MetricsDocument } from '../../core/contract/api/metrics.ts';
import type { serviceDocument } from '../../core/contract/api/services.ts';
import { Delivery } from './delivery.tsx';
import { Layout, Time } from './layout.tsx';
import { comparePath, environmentPath, livePath, releasePath, releasesPath, withQuery } from './paths.ts';
import { Status } from './status.tsx';

interface ServiceView {
  readonly found: z.infer<typeof serviceDocument>;
  /** Undefined where it has no release in any environment. */
  readonly metrics: MetricsDocument | undefined;
}

/** What serves where of a service, its four metrics, and its latest releases. */
export function ServicePage({ found: { service, environments, releases }, metrics }: ServiceView) {
  const order = metrics?.environments ?? [];
  const placeOf = (environment: string): number => (order.includes(environment) ? order.indexOf(environment) : 99);
  const sorted = [...environments].sort((a, b) => placeOf(a.environment) - placeOf(b.environment));
  return (
    <Layout title={service}>
      <h1>{service}</h1>
      <h2>What serves</h2>
      {sorted.length === 0 ? <p class="soft">Nothing serves yet.</p> : null}
      <ul class="cards">
        {sorted.map(({ environment, serves }) => (
          <li class={`card ${serves.some(({ unproven }) => unproven === true) ? 'busy' : 'good'}`}>
            <a href={environmentPath(service, environment)}>{environment}</a>
            {serves.map(({ version = 'of no release', release, targets, since, unproven }) => (
              <div>
                <strong>{release === undefined ? version : <a href={releasePath(release)}>{version}</a>}</strong>
                {serves.length > 1 ? ` in ${targets}` : ''}
                {unproven === true ? ', not proven yet' : ''}
                <div class="soft">
                  since <Time at={since} />
                </div>
              </div>
            ))}
          </li>
        ))}
      </ul>
      <p>
        <a href={withQuery(livePath, { service })}>What served in the past</a>
      </p>
      {metrics === undefined ? null : <Delivery metrics={metrics} />}
      <h2>Latest releases</h2>
      {releases.length === 0 ? <p class="soft">No release yet.</p> : null}
      <ul class="lines">
        {releases.map(({ id, status, startedAt, author }, index) => {
          const before = releases[index + 1]?.id;
          return (
            <li>
              <Status status={status} /> <a href={releasePath(id)}>{id}</a>{' '}
              <span class="soft">
                <Time at={startedAt} />
                {author === undefined ? '' : `, by ${author}`}
              </span>
              {before === undefined ? null : (
                <>
                  {' '}
                  <a href={comparePath(before, id)}>compare with the one before</a>
                </>
              )}
            </li>
          );
        })}
      </ul>
      <p>
        <a href={withQuery(releasesPath, { service })}>All releases of {service}</a>
      </p>
    </Layout>
  );
}
