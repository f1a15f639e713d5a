import { describe, expect, inject, it } from 'vitest';
import { exceptionFor } from './wiring/exceptions.ts';
import { playProbe } from './wiring/probe.ts';
import { allWires, withoutWire } from './wiring/stacks.ts';
import type { WireKind } from './wiring/wire.ts';

/** One wire of each kind that is missed early, and the parts of the probe that miss it. `npm run test:wiring` tries all. */
const sample: readonly { readonly kind: WireKind; readonly name: RegExp; readonly acts: readonly string[] }[] = [
  { kind: 'grant', name: /sluice-read may dynamodb:Query: .*byService/, acts: ['doors'] },
  { kind: 'variable', name: /SLUICE_LINK_KEY of sluice-decide/, acts: ['doors'] },
  { kind: 'route', name: /route POST \/open\/\{token\}/, acts: ['doors'] },
  { kind: 'permission', name: /permission HttpMayinvokeread/, acts: ['doors'] },
  { kind: 'rule', name: /rule IntakeObjectCreatedRule/, acts: ['rejected'] },
  { kind: 'alarm', name: /alarm ReleaseAlarmsNotClean/, acts: ['alarms'] },
];

describe('without one wire of the stacks', () => {
  const synthesized = inject('synthesized');
  const wires = allWires(synthesized);

  it('knows every kind of wire, by names that tell them apart', () => {
    expect(new Set(wires.map(({ name }) => name)).size).toBe(wires.length);
    expect(new Set(wires.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(15);
    expect(wires.length).toBeGreaterThan(400);
  });

  it('excuses nothing but boundaries and what AWS alone can do', () => {
    const excused = wires.filter(({ name }) => exceptionFor(name) !== undefined);
    expect(excused.filter(({ name }) => !/boundary|transform/.test(name))).toEqual([]);
  });

  it('fails nothing when nothing is missing', async () => {
    const only = new Set(sample.flatMap(({ acts }) => acts));
    expect(await playProbe({ synthesized, only })).toMatchObject({ outcome: 'passed' });
  });

  it.each(sample)('is missed: $kind $name', async ({ kind, name, acts }) => {
    const wire = wires.find((one) => one.kind === kind && name.test(one.name));
    if (wire === undefined) throw new Error(`There is no such wire: ${kind} ${String(name)}`);
    const verdict = await withoutWire(synthesized, wire, (mutant) =>
      playProbe({ synthesized: mutant, only: new Set(acts) }),
    );
    expect(verdict).toMatchObject({ outcome: 'failed', act: acts[0] });
  });
});
