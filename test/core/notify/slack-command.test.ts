import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandExamples, readCommand } from '../../../core/notify/slack-command.ts';

const place = { service: 'orders', environment: 'production' };
const unclear = (pattern: RegExp, example: string): object => {
  const sentence: unknown = expect.stringMatching(pattern);
  return { action: 'unclear', sentence, example };
};

/** What people write, and what is read. */
const table: Readonly<Record<string, object>> = {
  '': { action: 'help' },
  '   ': { action: 'help' },
  HELP: { action: 'help' },
  'help me please': { action: 'help' },
  'live orders': { action: 'live', service: 'orders' },
  'Live\u00a0 orders\n': { action: 'live', service: 'orders' },
  'live `orders`': { action: 'live', service: 'orders' },
  'live “orders”': { action: 'live', service: 'orders' },
  'live ‘orders’': { action: 'live', service: 'orders' },
  'live "orders"': { action: 'live', service: 'orders' },
  "live 'orders'": { action: 'live', service: 'orders' },
  'live "orders': { action: 'live', service: '"orders' },
  live: unclear(/^Name the service\.$/, commandExamples.live),
  'live orders production': unclear(/one service, and nothing else/, commandExamples.live),
  'release orders-1.4.2': { action: 'release', release: 'orders-1.4.2' },
  'release “orders-1.4.2-a1”': { action: 'release', release: 'orders-1.4.2-a1' },
  'release orders 1.4.2': { action: 'release', release: 'orders-1.4.2' },
  release: unclear(/^Name the release\.$/, commandExamples.release),
  'release orders-1.4.2 production': unclear(/one release, and nothing else/, commandExamples.release),
  'release orders 1.4.2 2': unclear(/one release, and nothing else/, commandExamples.release),
  'hold orders production The sale  has\nbegun': { action: 'hold', ...place, reason: 'The sale has begun' },
  'hold orders production “The sale”': { action: 'hold', ...place, reason: 'The sale' },
  'hold orders production „The sale“': { action: 'hold', ...place, reason: 'The sale' },
  'hold orders production «The sale»': { action: 'hold', ...place, reason: 'The sale' },
  'hold orders production "a" and "b': { action: 'hold', ...place, reason: '"a" and "b' },
  'hold orders production --reason "The sale"': { action: 'hold', ...place, reason: 'The sale' },
  'hold orders production —reason “The sale”': { action: 'hold', ...place, reason: 'The sale' },
  'hold orders production --reason=sale': { action: 'hold', ...place, reason: 'sale' },
  'release-hold orders production The sale is over': {
    action: 'release-hold',
    ...place,
    reason: 'The sale is over',
  },
  hold: unclear(/Name a service and an environment/, commandExamples.hold),
  'hold orders': unclear(/Name a service and an environment/, commandExamples.hold),
  'hold orders production': unclear(/Say why/, commandExamples.hold),
  'hold orders production ""': unclear(/Say why/, commandExamples.hold),
  'hold orders production --reason': unclear(/Say why/, commandExamples.hold),
  'release-hold orders production': unclear(/Say why/, commandExamples['release-hold']),
  [`hold orders production ${'x'.repeat(501)}`]: unclear(/500 characters at most/, commandExamples.hold),
  'hold orders production pay\u202eload': unclear(/cannot be seen/, commandExamples.hold),
  'deploy orders 1.4.2': unclear(/There is no command “deploy”/, 'help'),
  [`${'x'.repeat(10_000)}`]: unclear(/There is no command “x{39}…”/, 'help'),
};

describe('a slash command', () => {
  it.each(Object.entries(table))('%j is read', (text, read) => {
    expect(readCommand(text)).toEqual(read);
  });

  it('whose example is followed does what it is an example of', () => {
    for (const [action, example] of Object.entries(commandExamples))
      expect(readCommand(example)).toMatchObject({ action });
  });

  it('may say anything: it is read, or what is wrong is said', () => {
    const word = fc.oneof(
      fc.constantFrom(...Object.keys(commandExamples), 'orders', '"', '“', '`', '--reason'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join(' ')),
        (text) => {
          const command = readCommand(text);
          if (command.action === 'unclear') expect(command.sentence.length).toBeLessThan(200);
          if ('reason' in command) expect(command.reason).toMatch(/^.{1,500}$/u);
        },
      ),
    );
  });
});
