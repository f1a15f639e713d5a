import { describe, expect, it } from 'vitest';
import { findSlackUser } from '../../../core/approval/people.ts';
import { isSigned, isTimely, slackSignature } from '../../../core/approval/slack-request.ts';

/** The example of https://docs.slack.dev/authentication/verifying-requests-from-slack */
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const timestamp = '1531420618';
const body = new TextEncoder().encode(
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
);
const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';

describe('a request of Slack', () => {
  it('is signed as Slack documents', () => {
    expect(slackSignature(body, timestamp, secret)).toBe(signature);
    expect(isSigned({ body, timestamp, signature }, secret)).toBe(true);
  });
  it.each([
    [{ body: body.slice(1), timestamp, signature }, secret],
    [{ body, timestamp: '1531420619', signature }, secret],
    [{ body, timestamp, signature: signature.slice(0, -1) }, secret],
    [{ body, timestamp, signature: signature.replace('v0', 'v1') }, secret],
    [{ body, timestamp, signature: null }, secret],
    [{ body, timestamp: null, signature }, secret],
    [{ body, timestamp, signature }, 'another'],
    [{ body, timestamp, signature: slackSignature(body, timestamp, '') }, ''],
  ])('that is altered in anything is not (%#)', (request, by) => {
    expect(isSigned(request, by)).toBe(false);
  });
  it('counts for five minutes, before and after', () => {
    const at = (seconds: number) => new Date((Number(timestamp) + seconds) * 1000).toISOString();
    expect([-301, -300, 0, 300, 301].map((seconds) => isTimely({ timestamp }, at(seconds)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([null, '', 'soon', '-1', '1e9'].map((one) => isTimely({ timestamp: one }, at(0)))).toEqual(
      Array(5).fill(false),
    );
  });
});

describe('a Slack user', () => {
  it('is the one listed person with that id', () => {
    const ada = { name: 'Ada', email: 'ada@example.com', slack: 'U000000ADA' };
    expect(findSlackUser([{ name: 'Bob', email: 'bob@example.com' }, ada], ada.slack)).toBe(ada);
    expect(findSlackUser([ada], 'U00000000X')).toBeUndefined();
  });
});
