import zlib from 'node:zlib';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ArrivalDecision } from '../../../core/ledger/arrival.ts';
import type { Problem } from '../../../core/values/problems.ts';
import { ReleasePage } from '../../../engine/web/release.tsx';
import { readEvents, readHead, readPlan } from '../../../engine/ledger/read.ts';
import { brokenArtifacts } from '../../artifacts/broken.ts';
import { artifact, manifest, template, textEntry } from '../../artifacts/builders.ts';
import { dataDescriptor, zip64Extra } from '../../artifacts/zip-writer.ts';
import { type IntakeHarness, startIntakeHarness } from './intake-harness.ts';

let engine: IntakeHarness;
/** Bytes unpacked by the streams that a test has opened: those of another may still have some, which nobody reads. */
let unpacked = { bytes: 0 };

beforeAll(async () => {
  engine = await startIntakeHarness();
  const createInflateRaw = zlib.createInflateRaw.bind(zlib);
  vi.spyOn(zlib, 'createInflateRaw').mockImplementation((options) => {
    const inflate = createInflateRaw(options);
    const push = inflate.push.bind(inflate);
    const counter = unpacked;
    inflate.push = (chunk: unknown, encoding) => {
      if (chunk instanceof Uint8Array) counter.bytes += chunk.length;
      return push(chunk, encoding);
    };
    return inflate;
  });
});
beforeEach(() => {
  unpacked = { bytes: 0 };
});
afterAll(async () => {
  vi.restoreAllMocks();
  await engine.close();
});

/** Goes the way of the workflow, and says what the ledger then says. */
async function judge(decision: ArrivalDecision): Promise<{ types: string[]; problems: Problem[]; reason?: string }> {
  const { release } = decision;
  if (decision.kind === 'begin')
    await expect(engine.validate(release)).rejects.toThrow(/artifact|manifest|template|plan/);
  const events = await readEvents(engine.ledger, release);
  const rejected = events.find((event) => event.type === 'rejected');
  if (rejected === undefined) throw new Error(`${release} was not rejected`);
  const { reason, evidence } = rejected;
  return {
    types: events.map(({ type }) => type),
    problems: evidence.problems,
    ...(reason === undefined ? {} : { reason }),
  };
}

describe('a broken artifact is rejected with its code and a sentence', () => {
  it.each(brokenArtifacts)('$name', async ({ key, version, build, first, codes, sentence, reads, unpacks }) => {
    if (first !== undefined) await judge(await engine.drop(key, first(version)));
    const before = engine.bytesRead();
    const { problems, reason, types } = await judge(await engine.drop(key, build(version)));
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(problems.map(({ message }) => message)).toContainEqual(expect.stringMatching(sentence));
    expect(reason).toContain(problems[0]?.message);
    expect(types.slice(0, 2)).toEqual(['received', 'rejected']);
    // Nothing a team wrote may act on the terminal of whoever reads it.
    for (const { path, message } of problems) expect(`${path}${message}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    if (reads !== undefined) expect(engine.bytesRead() - before).toBeLessThanOrEqual(reads);
    if (unpacks !== undefined) expect(unpacked.bytes).toBeLessThanOrEqual(unpacks);
  });

  it('is shown on its page with all that is wrong, and nothing a team wrote is taken for HTML', async () => {
    const wrong = manifest('7.7.7', { '<b>colour</b>': 'blue', rollout: { moon: 'AllAtOnce' } });
    const decision = await engine.drop('orders/7.7.7.zip', artifact('7.7.7', { manifest: wrong }));
    const { problems } = await judge(decision);
    const { ledger } = engine;
    const [head, events] = [await readHead(ledger, decision.release), await readEvents(ledger, decision.release)];
    const pages = new Hono().get('/', (context) =>
      context.html(ReleasePage({ head, timeline: { events }, unreached: [], journey: [], charts: [] })),
    );
    const page = await (await pages.request('/')).text();
    const listed = page.match(/<li>[^<]*<code>[^<]*<\/code><\/li>/g) ?? [];
    expect(listed.map((item) => item.replace(/.*<code>|<\/code>.*/g, ''))).toEqual(problems.map(({ code }) => code));
    expect(listed).toHaveLength(2);
    expect(page).toContain('&lt;b&gt;colour');
    expect(page).not.toContain('<b>');
  });

  it('has a code that is stable: lower-case words under the part that is wrong', () => {
    const codes = new Set(brokenArtifacts.flatMap((one) => one.codes));
    for (const code of codes) expect(code).toMatch(/^(artifact|manifest|template|plan)\.[a-z]+(-[a-z]+)*$/);
  });
});

const nothing = Buffer.alloc(0);
const streamed = Buffer.from(JSON.stringify(template()));
/** Info-ZIP's extra field of the times of a file. */
const timestamps = Buffer.from([0x55, 0x54, 5, 0, 1, 0, 0, 0, 0]);

describe('an artifact that only looks odd is accepted', () => {
  it.each([
    { name: 'the sample', parts: {} },
    { name: 'a rollout that is laxer than the policy', parts: { manifest: { rollout: { production: 'AllAtOnce' } } } },
    { name: 'a folder of its own for assets', parts: { more: [{ ...textEntry('assets/', ''), mode: 0o040755 }] } },
    { name: 'zip64 without need', parts: { claims: { zip64: { entryCount: 4n } } } },
    { name: 'with a comment', parts: { claims: { comment: Buffer.from('0123456789abcdef') } } },
    ...[true, false].flatMap((signed) =>
      ([4, 8] as const).map((width) => ({
        name: `streamed, descriptor ${String(signed)} ${width}${'.'.repeat(width + (signed ? 9 : 1))}`,
        parts: {
          more: [
            {
              ...textEntry('assets/', ''),
              mode: 0o040755,
              flags: 8,
              behind: dataDescriptor(nothing, nothing, width, signed),
            },
          ],
        },
      })),
    ),
    {
      name: 'streamed, its sizes and its checksum behind the data alone, as many packers write',
      parts: {
        change: {
          name: 'template.json',
          by: {
            deflate: false,
            flags: 8,
            content: streamed,
            local: { claimedSize: 0, claimedPackedSize: 0, claimedCrc: 0 },
            behind: dataDescriptor(streamed, streamed),
          },
        },
      },
    },
    {
      name: 'with sizes of zip64 in a header, as some write that do not know them',
      parts: {
        more: [
          {
            ...textEntry('assets/', ''),
            mode: 0o040755,
            local: {
              claimedSize: 0xffffffff,
              claimedPackedSize: 0xffffffff,
              extra: Buffer.concat([timestamps, zip64Extra(0n, 0n)]),
            },
          },
        ],
      },
    },
    { name: 'made on Windows', parts: { change: { name: 'template.json', by: { system: 0, mode: 0 } } } },
  ])('$name', async ({ name, parts }) => {
    const version = `1.0.${name.length}`;
    const fields = 'manifest' in parts ? parts.manifest : {};
    const bytes = artifact(version, { ...parts, manifest: manifest(version, fields) });
    const { release } = await engine.drop(`orders/${version}.zip`, bytes);
    await engine.validate(release);
    const plan = await readPlan(engine.ledger, release);
    // The stricter of manifest and policy.
    expect(plan.environments.map(({ rollout }) => rollout)).toEqual(['AllAtOnce', 'Canary10Percent5Minutes']);
  });

  it('a manifest with a byte order mark', async () => {
    const text = `\ufeff${JSON.stringify(manifest('1.1.0'))}`;
    const { release } = await engine.drop('orders/1.1.0.zip', artifact('1.1.0', { manifest: text }));
    await expect(engine.validate(release)).resolves.toBeDefined();
  });

  it('a template in YAML', async () => {
    const parts = {
      manifest: manifest('1.2.0', { template: 'stack.yaml' }),
      templateName: 'stack.yaml',
      template: JSON.stringify(template()),
    };
    const { release } = await engine.drop('orders/1.2.0.zip', artifact('1.2.0', parts));
    await expect(engine.validate(release)).resolves.toBeDefined();
  });
});
