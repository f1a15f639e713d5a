import type { ReleaseHead } from '../../core/release/head.ts';
import { releaseStatuses } from '../../core/release/status.ts';
import { Layout, Time, Wide } from './layout.tsx';
import { Status } from './status.tsx';
import { releasePath, releasesPath, withQuery } from './paths.ts';

/** The filter of the list; every field is optional. */
interface ListFilter {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly status?: string | undefined;
}

/** A page of releases, newest first. */
export interface ReleaseListPage {
  readonly filter: ListFilter;
  readonly releases: readonly ReleaseHead[];
  /** Cursor of the next page. */
  readonly next?: string | undefined;
}

export function ReleaseList({ filter, releases, next }: ReleaseListPage) {
  return (
    <Layout title="Releases">
      <h1>Releases</h1>
      <Filter filter={filter} />
      {releases.length === 0 ? (
        <p class="notice">No release fits. Drop an artifact into the release bucket, or widen the filter.</p>
      ) : (
        <Wide label="Releases">
          <table>
            <thead>
              <tr>
                <th scope="col">Release</th>
                <th scope="col">Status</th>
                <th scope="col">Environment</th>
                <th scope="col">Author</th>
                <th scope="col">Started</th>
                <th scope="col">Ended</th>
              </tr>
            </thead>
            <tbody>
              {releases.map((head) => (
                <Row head={head} />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {next === undefined ? null : (
        <p>
          <a rel="next" href={withQuery(releasesPath, { ...filter, cursor: next })}>
            Older releases
          </a>
        </p>
      )}
    </Layout>
  );
}

function Row({ head }: { readonly head: ReleaseHead }) {
  return (
    <tr>
      <td>
        <a href={releasePath(head.release)}>{head.release}</a>
      </td>
      <td>
        <Status status={head.status} />
      </td>
      <td>{head.environment ?? '–'}</td>
      <td>{head.author ?? '–'}</td>
      <td>
        <Time at={head.startedAt} />
      </td>
      <td>{head.endedAt === undefined ? '–' : <Time at={head.endedAt} />}</td>
    </tr>
  );
}

function Filter({ filter }: { readonly filter: ListFilter }) {
  return (
    <form class="filter" method="get" action={releasesPath}>
      <div>
        <label for="service">Service</label>
        <input type="text" id="service" name="service" value={filter.service ?? ''} />
      </div>
      <div>
        <label for="environment">Environment</label>
        <input type="text" id="environment" name="environment" value={filter.environment ?? ''} />
      </div>
      <div>
        <label for="status">Status</label>
        <select id="status" name="status">
          <option value="">any</option>
          {releaseStatuses.map((status) => (
            <option value={status} selected={status === filter.status}>
              {status}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">Show</button>
    </form>
  );
}
