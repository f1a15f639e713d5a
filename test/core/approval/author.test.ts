import { describe, expect, it } from 'vitest';
import { authorshipOf } from '../../../core/approval/author.ts';
import { decideApproval } from '../../../core/approval/decision.ts';
import { DecisionRefused } from '../../../core/contract/errors.ts';
import * as s from '../samples.ts';

const dana = {
  name: 'Dana Dev',
  email: 'dana@example.com',
  principal: 'arn:aws:iam::111111111111:role/dana',
};
const robin = { name: 'Robin Release', email: 'robin@example.com' };
const jose = { name: 'José Núñez', email: 'j.nunez@xn--mnchen-3ya.example' };
const people = [dana, robin, jose];

/** Who made the artifact by its text, of Dana and of Robin. */
const tell = (author: string): string[] => [dana, robin].map((person) => authorshipOf(author, person, people));

describe('the author is known, however the text is written', () => {
  it.each([
    'dana@example.com',
    'DANA@Example.COM',
    ' dana@example.com ',
    '<dana@example.com>',
    'Dana Dev <dana@example.com>',
    '"Dev, Dana" <dana@example.com>',
    'Somebody <dana@example.com>',
    'dana@example.com (Dana Dev)',
    'Dana Dev dana@example.com',
    'Dana Dev (dana@example.com)',
    'Dana Dev, dana@example.com',
    'Dana Dev [dana@example.com]',
    'Dana Dev - dana@example.com.',
    "'dana@example.com'",
    'eve@elsewhere.example, dana@example.com',
    'dana@example.com;eve@elsewhere.example',
    'eve@elsewhere.example dana@example.com',
    'Eve <eve@elsewhere.example>, Dana <dana@example.com>',
    'mailto:dana@example.com',
    'mailto:dana%40example.com?subject=x',
    '<mailto:dana@example.com>',
    'dana+ci@example.com',
    '+dana@example.com',
    'Dana Dev <dana+ci+more@example.com>',
    'da\u200Bna@example.com',
    'dana\u200B@example.com',
    'Dana Dev\u200Bdana@example.com',
    'Dana\u00A0Dev\u00A0<dana@example.com>',
    'Dana Dev\u00A0dana@example.com',
    'dana\u00A0@example.com',
    'dana@exam\u00ADple.com',
    '\u202Edana@example.com',
    'dana\uFEFF@example.com',
    'dana\n@example.com',
    'dana @ example.com',
    'dana(me)@example.com',
    'dana@(me)example.com',
    '"dana"@example.com',
    'dana＠example.com',
    'ｄａｎａ@example.com',
    'dana@example。com',
    'author=dana@example.com',
    'https://git.example.com/?by=dana@example.com',
    'Dana @dana <dana@example.com>',
    'arn:aws:iam::111111111111:role/dana',
    'arn:aws:sts::111111111111:assumed-role/dana/ci',
  ])('%j', (author) => {
    expect(tell(author)[0]).toBe('author');
  });

  it('even of somebody whose listed name has no letters', () => {
    const sign = { name: '★', email: 'robin@example.com' };
    expect(['★', 'Robin', 'eve@elsewhere.example'].map((author) => authorshipOf(author, sign, people))).toEqual([
      ...['unclear', 'unclear', 'other'],
    ]);
  });

  it('but not which of two people a first name means', () => {
    const namesake = { name: 'Dana Dane', email: 'dd@example.com' };
    const told = [dana, namesake, robin].map((person) => authorshipOf('Dana', person, [...people, namesake]));
    expect(told).toEqual(['unclear', 'unclear', 'other']);
  });

  it('and as who of two mailboxes with a name of their own in the DNS', () => {
    expect(authorshipOf('J.Nunez@München.example', jose, people)).toBe('author');
  });
});

describe('an author tells nothing of somebody', () => {
  it.each([
    ['eve@elsewhere.example', ['other', 'other']],
    ['Eve <eve@elsewhere.example>', ['other', 'other']],
    ['Dana <robin@example.com>', ['unclear', 'author']],
    ['danas@example.com', ['other', 'other']],
    ['dana@xn--a.example', ['other', 'other']],
    ['dana@example.com.evil.example', ['other', 'other']],
    ['Eve @eve <eve@elsewhere.example>', ['other', 'other']],
  ])('with another address: %j', (author, told) => {
    expect(tell(author)).toEqual(told);
  });

  it.each([
    // A name that is listed in full is one of the people's; whoever is called so, or in part so, may be its bearer.
    ['Dana Dev', ['unclear', 'other']],
    ['dev, DANA', ['unclear', 'other']],
    ['dana', ['unclear', 'other']],
    ['dana at example dot com', ['unclear', 'other']],
    ['Jose Nunez', ['other', 'other']],
    ['Dana Dev <somewhere@else.example>', ['unclear', 'other']],
    ['D. Dev', ['unclear', 'unclear']],
    ['Robin', ['other', 'unclear']],
    ['Dev Robin', ['other', 'unclear']],
    ['octocat', ['unclear', 'unclear']],
    ['-', ['unclear', 'unclear']],
    ['@dana', ['unclear', 'other']],
    ['arn:aws:iam::111111111111:role/somebody', ['unclear', 'unclear']],
    ['arn:(:sts::111111111111:assumed-role/dana/x', ['unclear', 'other']],
    ['12345+dana@users.noreply.github.com', ['unclear', 'unclear']],
    ['noreply@github.com', ['unclear', 'unclear']],
    ['Dana Dev <12345+dana@users.noreply.github.com>', ['unclear', 'other']],
  ])('without an address that does: %j', (author, told) => {
    expect(tell(author)).toEqual(told);
  });

  it.each([
    'eve@elsewhere.example dana@example',
    'eve@elsewhere.example dana@[192.0.2.1]',
    'eve@elsewhere.example@evil.example',
    'eve@elsewhere.example dana@',
  ])('where what may be an address cannot be read: %j', (author) => {
    expect(tell(author)).toEqual(['unclear', 'unclear']);
  });
});

describe('who cannot be told from the author', () => {
  const approval = { ...s.approval, people, author: 'octocat' };
  const { head } = s.productionAsked;
  const decide = (decision: 'approve' | 'decline', changes: object = {}) =>
    decideApproval({ ...approval, ...changes }, head, { person: robin, decision, at: s.moment(60), via: 'link' });

  it('does not approve, and reads how the artifact would name its author', () => {
    expect(() => decide('approve')).toThrow(DecisionRefused);
    expect(() => decide('approve')).toThrow(
      /The artifact's author is given as "octocat", by which Robin Release cannot be told from the author.*"Name <address>"/,
    );
  });

  it('may say no, and yes where the author may approve', () => {
    expect(decide('decline').outcome).toBe('declined');
    expect(decide('approve', { selfApproval: true }).outcome).toBe('approved');
  });
});
