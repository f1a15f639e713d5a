import { describe, expect, inject, it } from 'vitest';
import { exceptionFor } from './wiring/exceptions.ts';
import { runProbe } from './wiring/probe.ts';
import { allWires, withoutWires } from './wiring/stacks.ts';
import type { WireKind } from './wiring/wire.ts';

/** One wire of each kind whose absence fails an early step, and the steps to run. `npm run test:wiring` tries all. */
const sample: readonly { readonly kind: WireKind; readonly name: RegExp; readonly steps: readonly string[] }[] = [
  { kind: 'grant', name: /sluice-read may dynamodb:Query: .*byService/, steps: ['routes'] },
  { kind: 'variable', name: /SLUICE_LINK_KEY of sluice-decide/, steps: ['routes'] },
  { kind: 'route', name: /route POST \/open\/\{token\}/, steps: ['routes'] },
  { kind: 'permission', name: /permission HttpMayinvokeread/, steps: ['routes'] },
  { kind: 'rule', name: /rule IntakeObjectCreatedRule/, steps: ['rejected'] },
  { kind: 'alarm', name: /alarm ReleaseAlarmsNotClean/, steps: ['alarms'] },
];

describe('the probe without one wire of the stacks', () => {
  const synthesized = inject('synthesized');
  const wires = allWires(synthesized);

  it('finds every kind of wire, under unique names', () => {
    expect(new Set(wires.map(({ name }) => name)).size).toBe(wires.length);
    expect(new Set(wires.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(15);
    expect(wires.length).toBeGreaterThan(400);
  });

  it('excepts what runs on AWS alone: in targets, and configuration sets of the engine’s mail', () => {
    const excused = wires.map(({ name }) => name).filter((name) => exceptionFor(name) !== undefined);
    expect(excused.filter((name) => !/^ReleaseTarget: |ses configuration-set/.test(name))).toEqual([]);
  });

  it('passes while all wires are there', async () => {
    const only = new Set(sample.flatMap(({ steps }) => steps));
    expect(await runProbe({ synthesized, only })).toMatchObject({ outcome: 'passed' });
  });

  it.each(sample)('fails without $kind $name', async ({ kind, name, steps }) => {
    const wire = wires.find((one) => one.kind === kind && name.test(one.name));
    if (wire === undefined) throw new Error(`There is no such wire: ${kind} ${String(name)}`);
    const verdict = await withoutWires(synthesized, [wire], (mutant) =>
      runProbe({ synthesized: mutant, only: new Set(steps) }),
    );
    expect(verdict).toMatchObject({ outcome: 'failed', step: steps[0] });
  });
});
