import { expect, it, vi } from 'vitest';
import { readOptions } from '../../local/options.ts';

it('takes no option for the folder of --service', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(() => readOptions(['--service', '--exit'])).toThrow('--service needs a folder behind it');
  write.mockRestore();
  expect(readOptions(['--service', '.', '--exit'])).toMatchObject({ service: '.', exit: true });
});
