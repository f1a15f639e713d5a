import { describe, expect, it } from 'vitest';
import { likelyMeant } from '../../../core/values/alike.ts';

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
