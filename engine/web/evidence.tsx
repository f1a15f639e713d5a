import type { EvidencePage } from '../../core/contract/api/evidence.ts';
import type { MeasuredSlice, MeasuredVersion } from '../../core/checks/evidence.ts';
import { chartsOf } from '../../core/overview/charts.ts';
import { Charts } from './chart.tsx';
import { Layout, Time, Wide } from './layout.tsx';
import { evidencePath, releasePath } from './paths.ts';

/** What a judgement rests on, or what was measured while traffic moved. */
export function EvidenceView({ page }: { readonly page: EvidencePage }) {
  const { release, environment, account, region, evidence } = page;
  const target = account === undefined ? 'every target' : `${account} ${region ?? ''}`;
  return (
    <Layout title={`Evidence of ${release}`}>
      <h1>
        Evidence of <a href={releasePath(release)}>{release}</a>
      </h1>
      <p>
        {environment} · {target}
      </p>
      {page.kind === 'verdicts' ? <Verdicts page={page} /> : <Series slices={page.slices} />}
      <p class="soft">
        SHA-256 <code>{evidence}</code>, as the ledger names it.
      </p>
    </Layout>
  );
}

function Verdicts({ page }: { readonly page: EvidencePage & { readonly kind: 'verdicts' } }) {
  const { release, evidence, total, verdicts, series, next } = page;
  return (
    <>
      <p>
        {total} {total === 1 ? 'verdict' : 'verdicts'}.{' '}
        {series === undefined ? null : (
          <a href={evidencePath(release, series.sha256)}>What was measured while traffic moved</a>
        )}
      </p>
      <Wide label="Checks">
        <table>
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col">Verdict</th>
              <th scope="col">What was measured</th>
            </tr>
          </thead>
          <tbody>
            {verdicts.map(({ check, verdict, sentence }) => (
              <tr>
                <td>{check}</td>
                <td>{verdict}</td>
                <td>{sentence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {next === undefined ? null : (
        <p>
          <a rel="next" href={`${evidencePath(release, evidence)}?after=${next}`}>
            More verdicts
          </a>
        </p>
      )}
    </>
  );
}

function Series({ slices }: { readonly slices: readonly MeasuredSlice[] }) {
  return (
    <>
      <Charts checks={chartsOf(slices)} />
      <Slices slices={slices} />
    </>
  );
}

function Slices({ slices }: { readonly slices: readonly MeasuredSlice[] }) {
  return (
    <Wide label="Slices">
      <table>
        <thead>
          <tr>
            <th scope="col">Slice</th>
            <th scope="col">Time</th>
            <th scope="col">Check</th>
            <th scope="col">Users on the new version</th>
            <th scope="col">New version</th>
            <th scope="col">Old version</th>
            <th scope="col">Verdict so far</th>
          </tr>
        </thead>
        <tbody>
          {slices.flatMap(({ slice, at, checks }) =>
            checks.map(({ check, weight, verdict, newVersion, oldVersion }) => (
              <tr>
                <td>{slice}</td>
                <td>
                  <Time at={at} />
                </td>
                <td>{check}</td>
                <td>{weight === undefined ? '' : `${weight} %`}</td>
                <td>{describePoint(newVersion)}</td>
                <td>{describePoint(oldVersion)}</td>
                <td>{verdict ?? ''}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </Wide>
  );
}

/** `120 requests, 2 errors, p95 31.2 ms`. */
function describePoint({ requests, errors, latencies }: MeasuredVersion): string {
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const { p95Milliseconds: slow } = latencies;
  return `${requests} requests, ${failed} errors${slow === undefined ? '' : `, p95 ${slow} ms`}`;
}
