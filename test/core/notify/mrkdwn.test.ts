import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLines, linkTo, localTime, plainText } from '../../../core/notify/mrkdwn.ts';

describe('a text from outside', () => {
  it('is one line, and nothing of Slack’s', () => {
    expect(plainText('<!channel>\n<@U1> & \u202e', 100)).toBe('&lt;!channel&gt; &lt;@U1&gt; &amp; \\u{202e}');
  });
  it('is as short as it has to be once it is escaped, and no sign of it is cut in two', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('&', '<', 'x', ' ', 'é') }),
        fc.integer({ min: 10, max: 60 }),
        (text, length) => {
          const escaped = plainText(text, length);
          expect(escaped.length).toBeLessThanOrEqual(length);
          expect(escaped.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/[<>&]/);
        },
      ),
    );
    expect(plainText('&'.repeat(100), 20)).toBe('&amp;&amp;&amp;…');
  });
});

describe('Sluice’s own', () => {
  it('links are not broken by what is in them', () => {
    expect(linkTo('https://x/a|b>c', '<a>')).toBe('<https://x/a%7Cb%3Ec|&lt;a&gt;>');
  });
  it('times are the reader’s own, and UTC where that is not known', () => {
    expect(localTime('2026-11-27T10:00:00.000Z')).toBe(
      '<!date^1795773600^{date_short_pretty} {time}|2026-11-27 10:00 UTC>',
    );
  });
  it('lines are as many as fit, and the last says how many do not', () => {
    expect(fitLines(['a', 'b'], 10)).toBe('a\nb');
    expect(fitLines(['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc', 'd'], 32)).toBe('aaaaaaaaaa\n… and 3 more');
  });
});
