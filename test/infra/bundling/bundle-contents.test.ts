import { describe, expect, it } from 'vitest';
import { contentsOf } from '../../../infra/bundling/bundle-contents.ts';

function output(
  bytes: number,
  inputs: Record<string, number>,
  imports: Record<string, 'import-statement' | 'dynamic-import'>,
) {
  return {
    bytes,
    inputs: Object.fromEntries(Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }])),
    imports: Object.entries(imports).map(([path, kind]) => ({ path, kind })),
    exports: [],
  };
}

describe('what a bundle is made of', () => {
  const yaml = 'node_modules/yaml/dist/index.js';
  const outputs = {
    'out/index.mjs': output(
      100,
      { 'core/a.ts': 40, 'node_modules/zod/v4/index.js': 30 },
      { 'out/chunk.mjs': 'import-statement', 'out/yaml.mjs': 'dynamic-import' },
    ),
    'out/chunk.mjs': output(50, { 'core/b.ts': 5, 'node_modules/a/node_modules/@aws-sdk/core/x.js': 45 }, {}),
    'out/yaml.mjs': output(20, { [yaml]: 20 }, { 'out/chunk.mjs': 'import-statement' }),
  };

  it('is counted by package and room, what is imported on demand apart', () => {
    expect(contentsOf({ inputs: {}, outputs })).toEqual({
      bytes: 170,
      bytesAtStart: 150,
      origins: [
        { name: 'core', bytes: 45, bytesAtStart: 45 },
        { name: '@aws-sdk/core', bytes: 45, bytesAtStart: 45 },
        { name: 'zod', bytes: 30, bytesAtStart: 30 },
        { name: 'yaml', bytes: 20, bytesAtStart: 0 },
      ],
    });
  });

  it('is not known without an entry', () => {
    expect(() => contentsOf({ inputs: {}, outputs: {} })).toThrow('The bundle has no index.mjs.');
  });
});
