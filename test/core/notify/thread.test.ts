import { describe, expect, it } from 'vitest';
import { messageItem, withThreads } from '../../../core/notify/outbox.ts';
import { messageIdOf, threadsOf, threadSubject } from '../../../core/notify/thread.ts';
import { moment, release } from '../samples.ts';

const message = messageItem.parse({ release, about: { kind: 'end' }, pending: [], attempts: 1, notBefore: moment(0) });

describe('mails about one release', () => {
  it('are named as SES names them', () => {
    expect(messageIdOf('0100-000000', 'us-east-1')).toBe('<0100-000000@email.amazonses.com>');
    expect(messageIdOf('0107-000000', 'eu-central-1')).toBe('<0107-000000@eu-central-1.amazonses.com>');
  });

  it('answer the first that is known to each recipient', () => {
    const later = withThreads(
      message,
      new Map([
        ['mail:a@example.com', '<2@x>'],
        ['mail:b@example.com', '<3@x>'],
      ]),
      moment(9),
    );
    const first = withThreads(message, new Map([['mail:a@example.com', '<1@x>']]), moment(1));
    const both = { ['mail:a@example.com']: '<1@x>', ['mail:b@example.com']: '<3@x>' };
    expect(Object.fromEntries(threadsOf([later, first, message]))).toEqual(both);
    expect(Object.fromEntries(threadsOf([first, later]))).toEqual(both);
    expect(withThreads(first, new Map([['mail:c@example.com', '<4@x>']]), moment(5)).sent).toHaveLength(2);
    expect(withThreads(message, new Map(), moment(1))).toBe(message);
  });

  it('have one subject', () => {
    expect([threadSubject(release, true), threadSubject(release, false)]).toEqual([
      `Release ${release}`,
      `Re: Release ${release}`,
    ]);
  });
});
