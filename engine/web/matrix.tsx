import type { Child } from 'hono/jsx';
import type { UnderWay } from '../../core/overview/advance.ts';
import type { Matrix, MatrixCell, ServedVersion } from '../../core/overview/matrix.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { Bar } from './bar.tsx';
import { Layout, Time, Wide } from './layout.tsx';
import { approvalPath, environmentPath, homePath, releasePath, releasesPath, servicePath, withQuery } from './paths.ts';
import { Status, toneOf } from './status.tsx';

/** The first page: what is live where, what moves, and what waits for whoever looks. */
export interface HomeView {
  readonly matrix: Matrix;
  readonly moving: readonly UnderWay[];
  readonly awaited: readonly {
    readonly release: string;
    readonly approval: string;
    readonly environment: string;
    readonly kind: 'release' | 'continue';
    readonly deadline: string;
  }[];
  readonly ended: readonly ReleaseHead[];
  readonly cursor?: string | undefined;
}

export function HomePage({ matrix, moving, awaited, ended, cursor }: HomeView) {
  return (
    <Layout title="What is live" live={moving.length > 0}>
      <h1>What is live</h1>
      <Awaited awaited={awaited} />
      {matrix.rows.length === 0 ? (
        <p class="notice">
          Nothing is live yet. Drop an artifact into the release bucket: <code>sluice push orders-1.0.0.zip</code>.
        </p>
      ) : (
        <MatrixTable matrix={matrix} />
      )}
      {cursor === undefined ? null : (
        <p>
          <a rel="next" href={withQuery(homePath, { cursor })}>
            More services
          </a>
        </p>
      )}
      <h2>Under way</h2>
      {moving.length === 0 ? <p class="soft">No release is under way.</p> : null}
      <ul class="cards">
        {moving.map((one) => (
          <li class={`card ${toneOf(one.status)}`}>
            <Moving moving={one} />
          </li>
        ))}
      </ul>
      <h2>Ended lately</h2>
      {ended.length === 0 ? <p class="soft">No release has ended lately.</p> : null}
      <ul class="lines">
        {ended.map((head) => (
          <li>
            <Status status={head.status} /> <a href={releasePath(head.release)}>{head.release}</a>{' '}
            {head.endedAt === undefined ? null : <Time at={head.endedAt} />}
            {head.failure === undefined ? null : <span class="soft cut"> {head.failure.reason}</span>}
          </li>
        ))}
      </ul>
      <p>
        <a href={releasesPath}>All releases</a>
      </p>
    </Layout>
  );
}

function Awaited({ awaited }: Pick<HomeView, 'awaited'>) {
  if (awaited.length === 0) return null;
  return (
    <div class="notice">
      <strong>Waits for you</strong>
      <ul>
        {awaited.map(({ release, approval, environment, kind, deadline }) => (
          <li>
            {kind === 'release' ? 'Release' : 'Continue with'} <a href={approvalPath(release, approval)}>{release}</a>{' '}
            to {environment}? Decide by <Time at={deadline} />.
          </li>
        ))}
      </ul>
    </div>
  );
}

function MatrixTable({ matrix: { environments, rows } }: { readonly matrix: Matrix }) {
  return (
    <Wide label="Services and environments">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">Service</th>
            {environments.map((environment) => (
              <th scope="col">{environment}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ service, cells }) => (
            <tr>
              <th scope="row">
                <a href={servicePath(service)}>{service}</a>
              </th>
              {environments.map((environment) => (
                <td>
                  <Cell cell={cells[environment]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function Cell({ cell }: { readonly cell: MatrixCell | undefined }) {
  if (cell === undefined) return <span class="soft">–</span>;
  const { service, environment, versions, targets, since, differsFrom, moving, hold, quarantine, unproven } = cell;
  return (
    <div class={`cell ${toneOfCell(cell)}`}>
      <a class="version" href={environmentPath(service, environment)}>
        {versions.length === 0 ? 'nothing yet' : versions.map((one) => nameOf(one, targets)).join(', ')}
      </a>
      {since === undefined ? null : (
        <div class="soft">
          since <Time at={since} />
        </div>
      )}
      {differsFrom === undefined ? null : <Mark>differs from {differsFrom}</Mark>}
      {unproven ? <Mark>not proven yet</Mark> : null}
      {hold === undefined ? null : (
        <Mark>
          held by {hold.owner}: {hold.reason}
        </Mark>
      )}
      {quarantine === undefined ? null : <Mark>quarantined since {quarantine.release}</Mark>}
      {moving === undefined ? null : <Moving moving={moving} short />}
    </div>
  );
}

function Mark({ children }: { readonly children?: Child }) {
  return <div class="mark">{children}</div>;
}

/** `1.4.2`; `1.4.2 10 %`; `1.4.2 in 3 of 4`. */
function nameOf({ version = 'of no release', targets, percent }: ServedVersion, all: number): string {
  if (percent !== undefined) return `${version} ${percent} %`;
  return targets === all ? version : `${version} in ${targets} of ${all}`;
}

function toneOfCell({ quarantine, moving, hold, versions, unproven }: MatrixCell): string {
  if (quarantine !== undefined) return 'bad';
  if (moving !== undefined) return toneOf(moving.status);
  if (hold !== undefined || unproven) return 'busy';
  return versions.length === 0 ? 'quiet' : 'good';
}

function Moving({ moving, short = false }: { readonly moving: UnderWay; readonly short?: boolean }) {
  const { release, version, status, environment, advance, startedAt, author } = moving;
  return (
    <div class="moving">
      <a href={releasePath(release)}>{short ? version : release}</a> <Status status={status} />
      {short || environment === undefined ? null : ` in ${environment}`}
      <Bar percent={advance} label={`${release}: ${advance} % of its way`} tone={toneOf(status)} />
      {short ? null : (
        <div class="soft">
          began <Time at={startedAt} />
          {author === undefined ? null : `, by ${author}`}
        </div>
      )}
    </div>
  );
}
