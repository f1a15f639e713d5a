import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * End-to-end tests take minutes and wait more than they compute: begun first, they leave the short tests to fill the gaps
 * instead of being waited for at the end.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/end-to-end/');
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
