import { describe, expect, it } from 'vitest';
import { cancelRelease, describeCancelled } from '../../../core/release/actions/cancel.ts';
import { continueRelease } from '../../../core/release/actions/continue.ts';
import { promoteVersion } from '../../../core/release/actions/promote.ts';
import { retryRelease } from '../../../core/release/actions/retry.ts';
import { rollBackEnvironment, type RollbackQuestion, servedThere } from '../../../core/release/actions/roll-back.ts';
import { haltedError, isInVain } from '../../../core/release/halt.ts';
import type { EnvironmentState, ReleaseHead } from '../../../core/release/head.ts';
import { sampleHead } from '../../../scripts/actions-page.ts';
import { moment, production, staging } from '../samples.ts';

const who = { by: 'robin@example.com', at: moment(0), reason: 'Why', principal: 'arn' };
const where = { service: 'orders', environment: 'production', account: '333333333333', region: 'us-east-1' };
const given = ['staging', 'production'];

/** Why an action is refused; empty where it is not. */
const why = (answer: object): string => ('why' in answer && typeof answer.why === 'string' ? answer.why : '');

describe('cancel', () => {
  it('lets a good environment settle before the next, and says that it keeps serving there', () => {
    const head = sampleHead('Deploying');
    const settling: ReleaseHead = {
      ...head,
      environment: 'staging',
      environments: {
        ...head.environments,
        staging: {
          approval: false,
          bakes: false,
          onFailure: 'rollBackAll',
          phase: 'proven',
          targets: { [staging]: 'settling' },
        },
        production: {
          approval: false,
          bakes: false,
          onFailure: 'rollBackAll',
          phase: 'waiting',
          targets: { [production]: 'pending' },
        },
      },
    };
    expect(cancelRelease(settling, who)).toMatchObject({
      answer: 'done',
      follows: 'orders-1.4.2-a1 is cancelled: it changes nothing more. It keeps serving in staging.',
    });
  });

  it('is refused for what is rejected, and says so of what is cancelled already', () => {
    expect(cancelRelease({ ...sampleHead('Received'), status: 'Ending', rejected: 2 }, who)).toMatchObject({
      answer: 'refused',
      why: 'orders-1.4.2-a1 was rejected, and is ending.',
    });
    expect(cancelRelease({ ...sampleHead('RollingBack'), cancelled: 7 }, who)).toEqual({
      answer: 'already',
      follows: 'orders-1.4.2-a1 was cancelled, and is being rolled back.',
    });
  });

  it('is refused for what was stopped, with why, and without where nothing has failed', () => {
    const failed = sampleHead('RollingBack');
    expect(cancelRelease(failed, who)).toMatchObject({
      answer: 'refused',
      why: `orders-1.4.2-a1 was stopped, and is being rolled back: ${failed.failure?.reason ?? 'no failure'}`,
    });
    const stopped = { ...failed };
    delete stopped.failure;
    const { production: state, ...others } = stopped.environments;
    if (state === undefined) throw new Error('The sample has a production.');
    const environments = { ...others, production: { ...state, phase: 'superseded' as const } };
    expect(cancelRelease({ ...stopped, status: 'Ending', environments }, who)).toMatchObject({
      answer: 'refused',
      why: 'orders-1.4.2-a1 was stopped, and is ending.',
    });
  });

  it.each([
    ['Robin@example.com', 'Wrong\nnumber.', 'You cancelled this at 2026-11-20 09:00:00 UTC: Wrong number.'],
    ['robin@example.com', undefined, 'You cancelled this at 2026-11-20 09:00:00 UTC.'],
    [
      'max@example.com',
      'Wrong',
      'max@example.com cancelled this at 2026-11-20 09:00:00 UTC: Wrong. Your reason was not kept.',
    ],
    ['max@example.com', '', 'max@example.com cancelled this at 2026-11-20 09:00:00 UTC. Your reason was not kept.'],
  ])('says who did it before: %s, %j', (actor, reason, sentence) => {
    const event = { actor, at: moment(0), ...(reason === undefined ? {} : { reason }) };
    expect(describeCancelled(event, who.by)).toBe(sentence);
  });
});

describe('retry', () => {
  it('is not for an object that could not be read', () => {
    const head = sampleHead('Rejected');
    const artifact = { bucket: 'b', key: 'k', versionId: 'v' };
    expect(why(retryRelease({ ...head, artifact }, given))).toContain('drop its artifact');
  });

  it('of a rollback is a rollback, and of a hotfix a hotfix', () => {
    const back = { kind: 'rollback', environments: ['production'], of: 'orders-1.4.0-a1' } as const;
    const retried = retryRelease(
      { ...sampleHead('RolledBack'), origin: { ...back, environments: ['production'] } },
      given,
    );
    expect(retried).toEqual({ origin: { ...back, environments: ['production'] } });
    const rejected = sampleHead('Rejected');
    expect(
      retryRelease({ ...rejected, origin: { kind: 'promotion', environments: ['production'], hotfix: true } }, given),
    ).toEqual({ origin: { kind: 'retry', environments: ['production'], of: rejected.release, hotfix: true } });
    expect(retryRelease({ ...rejected, origin: { kind: 'rollback', environments: ['production'] } }, given)).toEqual({
      origin: { kind: 'rollback', environments: ['production'], of: rejected.release },
    });
  });
});

describe('promote', () => {
  const asked = {
    ...{ version: '1.4.2', environment: 'production', hotfix: false, hotfixes: false, earlier: ['staging'] },
    blocked: false,
  };
  const proven = [sampleHead('Declined')];

  it('takes what has passed the environments before', () => {
    expect(promoteVersion({ ...asked, attempts: proven })).toEqual({
      origin: { kind: 'promotion', environments: ['production'], of: 'orders-1.4.2-a1' },
    });
    expect(promoteVersion({ ...asked, earlier: [], attempts: [] })).toEqual({
      origin: { kind: 'promotion', environments: ['production'] },
    });
  });

  it('passes over them as a hotfix, where the policy allows it', () => {
    const hotfix = { ...asked, attempts: [], hotfixes: true };
    expect(why(promoteVersion(hotfix))).toMatch(/staging.*promote it as a hotfix/);
    expect(promoteVersion({ ...hotfix, hotfix: true })).toEqual({
      origin: { kind: 'promotion', environments: ['production'], hotfix: true },
    });
    expect(why(promoteVersion({ ...hotfix, hotfixes: false, hotfix: true }))).toContain(
      '"environments.production.hotfixes"',
    );
  });
});

describe('a second release of an artifact that is under way', () => {
  const state = (phase: EnvironmentState['phase']): EnvironmentState => ({
    ...{ phase, approval: false, bakes: false, onFailure: 'rollBackAll', targets: {} },
  });
  const running = (staging: EnvironmentState['phase'], production: EnvironmentState['phase']): ReleaseHead => ({
    ...sampleHead('Deploying'),
    order: ['staging', 'production'],
    environments: { staging: state(staging), production: state(production) },
  });
  const { origin: none, ...bare } = { origin: undefined, ...sampleHead('Deploying') };
  expect(none).toBeUndefined();
  const unplanned: ReleaseHead = { ...bare, status: 'Received', order: [], environments: {} };
  const retrying = (environments: string[]): ReleaseHead => ({ ...unplanned, origin: { kind: 'retry', environments } });

  it.each<[what: string, head: ReleaseHead, hotfix: boolean, blocked: boolean, refused: boolean]>([
    ['production is under way', running('done', 'held'), false, false, true],
    ['production is under way, as a hotfix', running('done', 'held'), true, false, true],
    ['production is still ahead', running('held', 'waiting'), false, false, true],
    ['production is still ahead, as a hotfix', running('held', 'waiting'), true, false, false],
    ['production waits for its block', running('done', 'queued'), false, true, false],
    ['production is passed', running('done', 'done'), false, false, false],
    ['it has ended', { ...running('done', 'held'), status: 'RolledBack' }, false, false, false],
    ['it has no plan', unplanned, false, false, true],
    ['it has no plan, as a hotfix', unplanned, true, false, false],
    ['its origin is production', retrying(['production']), true, false, true],
    ['its origin is staging alone', retrying(['staging']), false, false, false],
  ])('is judged by where the first is: %s', (_, head, hotfix, blocked, refused) => {
    const given = {
      version: '1.4.2',
      environment: 'production',
      hotfix,
      hotfixes: true,
      earlier: ['staging'],
      blocked,
    };
    const answer = promoteVersion({ ...given, attempts: [sampleHead('Declined'), head] });
    if (refused) expect(why(answer)).toContain(`${head.release} brings version 1.4.2 to production already`);
    else expect(answer).toHaveProperty('origin');
  });
});

describe('rollback', () => {
  const served = (version: string, age: number, more: object = {}) => ({
    ...where,
    ...{ at: moment(1000 - age), cause: 'settleStarted' as const, by: `orders-${version}-a1` },
    live: { release: `orders-${version}-a1`, version, since: moment(0), stackId: 's', aliases: [], ...more },
  });
  const live = (version: string) => ({ ...where, ...served(version, 0).live });
  const question: RollbackQuestion = {
    ...{ service: 'orders', environment: 'production', to: undefined, holder: undefined },
    live: [live('3')],
    served: [served('3', 0), served('2', 10, { unproven: true }), served('2', 20), served('1', 30)],
    blocked: [],
  };
  const block = (version: string) => ({
    version,
    release: `orders-${version}-a1`,
    by: 'r',
    reason: 'w',
    at: moment(0),
  });

  it('brings back what served before, to the end, and was not rolled back itself', () => {
    expect(rollBackEnvironment(question)).toEqual({
      back: { version: '2', release: 'orders-2-a1' },
      block: { version: '3', release: 'orders-3-a1' },
    });
    const mixed = [...question.served].reverse();
    expect(rollBackEnvironment({ ...question, served: mixed })).toMatchObject({ back: { version: '2' } });
    expect(rollBackEnvironment({ ...question, blocked: [block('2')] })).toMatchObject({ back: { version: '1' } });
    const nothing = { ...where, at: moment(1), cause: 'rolledBack' as const, by: 'orders-1-a1' };
    expect(why(rollBackEnvironment({ ...question, served: [nothing] }))).toContain('knows no version');
  });

  it('brings back the version that is named, unless it serves', () => {
    expect(rollBackEnvironment({ ...question, to: '1' })).toEqual({
      back: { version: '1' },
      block: { version: '3', release: 'orders-3-a1' },
    });
    expect(why(rollBackEnvironment({ ...question, to: '3' }))).toContain('already');
    const foreign = { ...where, since: moment(0), stackId: 's', aliases: [] };
    expect(rollBackEnvironment({ ...question, live: [foreign], to: '1' })).toEqual({ back: { version: '1' } });
    expect(rollBackEnvironment({ ...question, live: [live('3'), live('1')], to: '3' })).toEqual({
      back: { version: '3' },
    });
  });

  it('cancels what is under way, and brings another version back after it where one is named', () => {
    const holder = sampleHead('Baking');
    const underWay = { ...question, holder };
    const cancels = { cancel: holder, block: { version: '1.4.2', release: holder.release } };
    expect(rollBackEnvironment(underWay)).toEqual(cancels);
    expect(rollBackEnvironment({ ...underWay, to: '3' })).toEqual(cancels);
    expect(rollBackEnvironment({ ...underWay, to: '1' })).toEqual({ ...cancels, back: { version: '1' } });
    expect(why(rollBackEnvironment({ ...underWay, to: '1.4.2' }))).toContain('already');
    // Users are on it already: what served before is in the history.
    const own = { ...live('1.4.2'), release: holder.release };
    expect(rollBackEnvironment({ ...underWay, live: [own], to: '3' })).toEqual(cancels);
    expect(rollBackEnvironment({ ...underWay, live: [own], served: [], to: '3' })).toEqual({
      ...cancels,
      back: { version: '3' },
    });
  });

  it('waits for one that is being rolled back, and is not done twice', () => {
    const holder = sampleHead('RollingBack');
    expect(why(rollBackEnvironment({ ...question, holder }))).toContain('already');
    expect(rollBackEnvironment({ ...question, holder, to: '1' })).toEqual({ back: { version: '1' } });
    const origin = { kind: 'rollback' as const, environments: ['production'] };
    const bringing = { ...sampleHead('Deploying'), origin };
    expect(rollBackEnvironment({ ...question, holder: bringing })).toMatchObject({
      why: 'orders-1.4.2-a1 brings version 1.4.2 back to production already.',
    });
    expect(rollBackEnvironment({ ...question, holder: bringing, to: '1' })).toMatchObject({ back: { version: '1' } });
  });

  it('releases the attempt that served there last', () => {
    const [good, bad] = [sampleHead('Succeeded'), { ...sampleHead('RolledBack'), release: 'orders-1.4.2-a2' }];
    expect(servedThere([good, bad], 'production')).toBe(good);
    expect(servedThere([bad], 'production')).toBeUndefined();
  });
});

describe('continue', () => {
  it('leads to the decision, where one is asked for', () => {
    expect(why(continueRelease(sampleHead('AwaitingDecision'), who))).toContain('sluice approve orders-1.4.2-a1');
  });
});

describe('a halted release', () => {
  it('answers what waits in vain, and not what brings it to its end', () => {
    const halted = sampleHead('RollingBack');
    expect(isInVain({ task: 'shift' }, halted)).toBe(true);
    expect(isInVain({ task: 'restoreStack' }, halted)).toBe(false);
    expect(isInVain({ task: 'shift' }, sampleHead('Deploying'))).toBe(false);
    expect(haltedError(halted, { environment: 'production', target: production }).message).toContain('was stopped');
    expect(haltedError({ ...halted, cancelled: 8 }, { environment: 'production' }).message).toContain('was cancelled');
    const { release } = halted;
    const of = { environment: 'production', account: '333333333333', region: 'us-east-1' };
    expect(haltedError(halted, { environment: 'production', target: production }).place).toEqual({ release, ...of });
    expect(haltedError(halted, {}).place).toEqual({ release });
  });
});
