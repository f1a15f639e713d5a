import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * End-to-end tests take minutes and wait more than they compute: begun first, they leave the short tests to fill the gaps
 * instead of being waited for at the end.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rankOf(a) - rankOf(b));
  }
}

/** Those that share a sandbox are the longest of all, though their files are short. */
function rankOf({ moduleId }: TestSpecification): number {
  if (moduleId.endsWith('-in-one-sandbox.test.ts')) return 0;
  return moduleId.includes('/end-to-end/') ? 1 : 2;
}
