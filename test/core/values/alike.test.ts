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
