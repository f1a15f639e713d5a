import { expect, it } from 'vitest';
import { wrapWords } from '../../local/wrap-words.ts';

it('breaks between words, and indents what follows', () => {
  expect(wrapWords('  one two three four', 12)).toBe('  one two\n    three\n    four');
  expect(wrapWords('short\nand a longer line', 12)).toBe('short\nand a longer\n  line');
});

it('leaves what fits, columns of spaces and links as they are', () => {
  expect(wrapWords('a    b', 6)).toBe('a    b');
  expect(wrapWords('name        a description of it', 24)).toBe('name        a\n  description of it');
  // A terminal that does not know its width says 0.
  expect(wrapWords('name        a description of it', 0)).toBe('name        a description of it');
  const link = `http://127.0.0.1:1234/${'x'.repeat(60)}`;
  expect(wrapWords(`  ${link}`, 20)).toBe(`  ${link}`);
});
