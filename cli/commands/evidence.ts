import { type Command, InvalidArgumentError, Option } from 'commander';
import { describeCounts, recordedObject } from '../../core/checks/evidence.ts';
import { evidencePage, type EvidencePage } from '../../core/contract/api/evidence.ts';
import { type TransitionDocument } from '../../core/contract/api/documents.ts';
import { parseTarget } from '../../core/values/identifiers.ts';
import type { Engine } from '../engine.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { allTransitions } from '../follow.ts';
import { table } from '../output.ts';
import type { Session } from '../session.ts';

type Verdicts = (EvidencePage & { readonly kind: 'verdicts' })['verdicts'];
type Slices = (EvidencePage & { readonly kind: 'series' })['slices'];

/** What one transition rests on, or why that cannot be read. */
type Found = {
  readonly transition: number;
  readonly type: string;
  readonly environment?: string | undefined;
  readonly target?: string | undefined;
  readonly counts: string;
  readonly evidence: string;
} & ({ readonly verdicts: Verdicts; readonly slices?: Slices } | { readonly unreadable: string });

/** `sluice evidence`. */
export function addEvidenceCommand(program: Command, session: Session): void {
  program
    .command('evidence')
    .argument('<release>', 'such as orders-1.4.2-a1')
    .addOption(
      new Option('--transition <number>', 'of this transition alone, by its number in "sluice show --json"').argParser(
        readNumber,
      ),
    )
    .description(
      'show all that the judgements of a release rest on: every verdict, and what was measured slice by slice',
    )
    .action(async (id: string, { transition }: { transition?: number }) => {
      const engine = await session.engine();
      const named = (await allTransitions(engine, id)).filter(
        ({ sequence, evidence }) =>
          recordedObject(evidence) !== undefined && (transition === undefined || sequence === transition),
      );
      const found: Found[] = [];
      for (const one of named) found.push(await evidenceOf(engine, id, one));
      session.output().result({ release: id, evidence: found }, (shown) => describe(shown.evidence));
      const lost = found.filter((one) => 'unreadable' in one).length;
      if (lost > 0)
        throw new CommandError(`Evidence of ${lost} of ${found.length} cannot be read.`, exitCode.failed, {
          code: 'cli.evidence-unreadable',
        });
    });
}

/** @throws InvalidArgumentError */
function readNumber(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give the number of a transition, such as 17.');
}

async function evidenceOf(engine: Engine, id: string, transition: TransitionDocument): Promise<Found> {
  const { sequence, type, environment, target, evidence } = transition;
  const { counts, object } = recordedObject(evidence) ?? { counts: undefined, object: undefined };
  const about = {
    ...{ transition: sequence, type, evidence: object?.sha256 ?? '' },
    counts: counts === undefined ? '' : describeCounts(counts),
    ...(environment === undefined ? {} : { environment }),
    ...(target === undefined ? {} : { target }),
  };
  try {
    return { ...about, ...(await readAll(engine, id, about.evidence)) };
  } catch (problem) {
    if (!(problem instanceof CommandError)) throw problem;
    return { ...about, unreadable: problem.message };
  }
}

/** Every page of the verdicts, and the series that they name. */
async function readAll(
  engine: Engine,
  id: string,
  sha256: string,
): Promise<{ readonly verdicts: Verdicts; readonly slices?: Slices }> {
  const verdicts: Verdicts = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: EvidencePage = await read(engine, id, sha256, after);
    if (page.kind === 'series') return { verdicts, slices: page.slices };
    verdicts.push(...page.verdicts);
    after = page.next;
    if (after === undefined && page.series !== undefined)
      return { ...(await readAll(engine, id, page.series.sha256)), verdicts };
  }
  return { verdicts };
}

function read(engine: Engine, id: string, sha256: string, after: number): Promise<EvidencePage> {
  return engine.call(evidencePage, 'GET', `/v1/releases/${encodeURIComponent(id)}/evidence/${sha256}?after=${after}`);
}

function describe(found: readonly Found[]): string {
  if (found.length === 0) return 'No transition names evidence.';
  return found.map(describeOne).join('\n\n');
}

function describeOne(found: Found): string {
  const { account = '', region = '' } = found.target === undefined ? {} : parseTarget(found.target);
  const place = [found.environment, account, region].filter((part) => part !== undefined && part !== '').join(' ');
  const head = `#${found.transition} ${found.type} ${place}: ${found.counts}`;
  if ('unreadable' in found) return `${head}\nCannot be read: ${found.unreadable}`;
  const verdicts = found.verdicts.map(({ check, verdict, sentence }) => [check, verdict, sentence]);
  const drawn = [head, table(['check', 'verdict', 'what was measured'], verdicts)];
  if (found.slices !== undefined) drawn.push(drawSlices(found.slices));
  return drawn.join('\n');
}

function drawSlices(slices: Slices): string {
  const rows = slices.flatMap(({ slice, at, checks }) =>
    checks.map(({ check, weight, newVersion, oldVersion }) => [
      ...[String(slice), at, check, weight === undefined ? '' : `${weight} %`],
      ...[newVersion, oldVersion].map(({ requests, errors, latencies }) => {
        const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
        return `${requests} / ${failed} / ${latencies['p95Milliseconds'] ?? '-'}`;
      }),
    ]),
  );
  const of = (version: string): string => `${version}: requests / errors / p95 ms`;
  return table(['slice', 'time', 'check', 'on the new version', of('new'), of('old')], rows);
}
