import { readdirSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, it } from 'vitest';

const ROOMS = ['core', 'adapters', 'engine', 'functions', 'infra', 'cli', 'local', 'local-aws'];

async function cruiseAll(): Promise<ICruiseResult> {
  const { forbidden, options } = await extractConfig('./.dependency-cruiser.cjs');
  const { output } = await cruise(
    [...ROOMS, 'scripts', 'test'],
    { ...options, validate: true, ruleSet: { forbidden: forbidden ?? [] } },
    undefined,
    { tsConfig: extractTsConfig('./tsconfig.json') },
  );
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered with text');
  return output;
}

describe('the tree says the architecture', () => {
  it('opens only the doors it may', async () => {
    const { summary, modules } = await cruiseAll();
    const own = modules.filter(({ source }) => source.endsWith('.ts') || source.endsWith('.tsx'));
    // With a compiler it cannot use, dependency-cruiser reads nothing and finds nothing.
    expect(own.length).toBeGreaterThan(150);
    expect(own.filter(({ dependencies }) => dependencies.length > 0).length).toBeGreaterThan(100);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  it('has no folder without a name of its own', () => {
    const folders = ROOMS.flatMap((room) =>
      readdirSync(room, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory() && /^(util|utils|helpers|common|shared|misc)$/.test(entry.name))
        .map((entry) => `${entry.parentPath}/${entry.name}`),
    );
    expect(folders).toEqual([]);
  });
});
