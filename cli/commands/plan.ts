import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { planKey } from '../../core/artifact/plan-key.ts';
import { planAsked, type PlanDocument, planDocument } from '../../core/contract/api/plans.ts';
import { problemLine } from '../../core/values/problems.ts';
import { describePlanned, isClear } from '../../core/planning/describe.ts';
import type { Engine } from '../engine.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { growingPauses } from '../pauses.ts';
import { readArtifact } from '../read-artifact.ts';
import type { Session } from '../session.ts';

/** `sluice plan`. */
export function addPlanCommand(program: Command, session: Session): void {
  program
    .command('plan')
    .argument('<file>', 'an artifact that is not released')
    .description('say what an artifact would change in each environment and target, without releasing it')
    .action(async (file: string) => {
      const { bytes, manifest } = readArtifact(file);
      const engine = await session.engine();
      const digest = createHash('sha256').update(bytes).digest('hex');
      const { versionId } = await engine.push(planKey(manifest.service, digest), bytes);
      const body = { service: manifest.service, sha256: digest, versionId };
      const { plan } = await engine.call(planAsked, 'POST', '/v1/plans', body);
      const found = await ended(engine, plan);
      session.output().result(found, (shown) => describePlanned(shown).join('\n'));
      requireClear(found, file);
    });
}

/** The plan once it has ended. */
async function ended(engine: Engine, plan: string): Promise<PlanDocument> {
  const pause = growingPauses();
  for (let targets = 0; ;) {
    const found = await whole(engine, plan);
    if (found.state !== 'asked' && found.state !== 'looking') return found;
    await pause(found.targets.length > targets);
    targets = found.targets.length;
  }
}

/** With all of its targets, once there are no more to come. */
async function whole(engine: Engine, plan: string): Promise<PlanDocument> {
  const path = `/v1/plans/${plan}`;
  const { cursor, ...first } = await engine.call(planDocument, 'GET', path);
  const targets = [...first.targets];
  for (let next = cursor; next !== undefined;) {
    const page = await engine.call(planDocument, 'GET', `${path}?${new URLSearchParams({ cursor: next }).toString()}`);
    targets.push(...page.targets);
    next = page.cursor;
  }
  return { ...first, targets };
}

/** @throws CommandError where a release would not get through */
function requireClear(found: PlanDocument, file: string): void {
  const { state, problems = [], failure } = found;
  const about = { plan: found.plan, state };
  if (state === 'rejected') {
    const lines = problems.map(problemLine);
    throw new CommandError(`${file} would be rejected:\n${lines.join('\n')}`, exitCode.rejected, {
      code: 'cli.would-be-rejected',
      ...about,
    });
  }
  if (state === 'failed') {
    throw new CommandError(`The plan failed: ${failure?.reason ?? 'no reason is known'}`, exitCode.failed, {
      code: 'cli.plan-failed',
      ...about,
    });
  }
  if (isClear(found)) return;
  throw new CommandError('Not every target could take this artifact: see above.', exitCode.failed, {
    code: 'cli.plan-not-clear',
    ...about,
  });
}
