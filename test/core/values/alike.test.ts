import { describe, expect, it } from 'vitest';
import { likelyMeant, misspelt } from '../../../core/values/alike.ts';

const groups = ['release-managers', 'security', 'team', 'team-leads'];

describe('the name that is likely meant', () => {
  it.each([
    ['relase-managers', ' Is "release-managers" meant?'],
    ['Security', ' Is "security" meant?'],
    ['secruity', ' Is "security" meant?'],
    ['teams', ' Is "team" meant?'],
    ['release', ' Is "release-managers" meant?'],
    ['tea', ' Is "team" meant?'],
    ['people', ''],
    ['rel', ' Is "release-managers" meant?'],
    ['te', ' Is "team" meant?'],
    ['t', ''],
    ['', ''],
  ])('of %s is said, or nothing: %j', (name, sentence) => {
    expect(likelyMeant(name, groups)).toBe(sentence);
  });

  it('is none where there are no names, and none of more than three', () => {
    expect(likelyMeant('staging', [])).toBe('');
    expect(likelyMeant('stage', ['stage1', 'stage2', 'stage3', 'stage4'])).toBe(
      ' Is "stage1" or "stage2" or "stage3" meant?',
    );
  });
});

describe('what a misspelt name means', () => {
  it.each([
    ['timeout', 'Timeout'],
    ['Timeouts', 'Timeout'],
    ['Timeut', 'Timeout'],
    ['Timeout', undefined],
    ['TimeOuts1', undefined],
    // Either may be meant.
    ['Key', undefined],
  ])('%s: %s', (word, meant) => {
    expect(misspelt(word, ['Timeout', 'Keys', 'Keyd', 'Handler'])).toBe(meant);
  });
});

describe('the name in a template that is meant', () => {
  it.each([
    ['of a construct of the CDK', 'Send', ['Send46722DF3', 'Receive125D1B59'], ' Is "Send46722DF3" meant?'],
    ['in other letters', 'sendfunction', ['SendFunction'], ' Is "SendFunction" meant?'],
    ['with too much', 'SendLambdaFunction', ['Send'], ' Is "Send" meant?'],
    [
      'that several begin with',
      'Send',
      ['Sender12', 'Send2345', 'Send3456', 'Send4567'],
      ' Is "Sender12" or "Send2345" or "Send3456" meant?',
    ],
    ['misspelt', 'SendFuntcion', ['SendFunction', 'Send'], ' Is "SendFunction" meant?'],
    ['that begins with too little', 'SendMessage', ['Se'], ''],
    ['that nothing is like', 'Send', ['Receive'], ''],
  ])('%s', (_, name, known, sentence) => {
    expect(likelyMeant(name, known)).toBe(sentence);
  });
});
