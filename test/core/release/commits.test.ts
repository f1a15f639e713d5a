import { describe, expect, it } from 'vitest';
import { describeCommits } from '../../../core/release/commits.ts';

const [old, next] = ['a'.repeat(40), 'b'.repeat(40)];

describe('what is new in a release', () => {
  it.each([
    ['https://github.com/acme/orders.git', `https://github.com/acme/orders/compare/${old}...${next}`],
    ['https://github.com/acme/orders/', `https://github.com/acme/orders/compare/${old}...${next}`],
    ['https://GitLab.com/acme/shop/orders', `https://GitLab.com/acme/shop/orders/-/compare/${old}...${next}`],
    ['https://bitbucket.org/acme/orders', `https://bitbucket.org/acme/orders/branches/compare/${next}%0D${old}`],
  ])('is the commits between, on the pages of %s', (repository, link) => {
    const told = describeCommits(
      { repository: `${repository.replace(/\.git$/, '')}`, commit: old },
      { repository, commit: next },
    );
    expect(told).toEqual({ text: `commits ${old.slice(0, 12)}…${next.slice(0, 12)}`, link });
  });

  it.each([
    ['nothing is in service', undefined],
    ['no commit of what is in service is known', { repository: 'https://github.com/acme/orders' }],
    ['what is in service is from another repository', { repository: 'https://github.com/acme/other', commit: old }],
    ['the repository of what is in service is not known', { commit: old }],
  ])('is its own commit where %s', (_, before) => {
    const after = { repository: 'https://github.com/acme/orders', commit: next };
    const link = `https://github.com/acme/orders/commit/${next}`;
    expect(describeCommits(before, after)).toEqual({ text: `commit ${next.slice(0, 12)}`, link });
    const gitlab = { repository: 'https://gitlab.com/acme/orders', commit: next };
    expect(describeCommits(undefined, gitlab).link).toBe(`https://gitlab.com/acme/orders/-/commit/${next}`);
    const bitbucket = { repository: 'https://bitbucket.org/acme/orders', commit: next };
    expect(describeCommits(undefined, bitbucket).link).toBe(`https://bitbucket.org/acme/orders/commits/${next}`);
  });

  it.each([
    'https://git.example.com/acme/orders',
    'https://github.com.evil.example/acme/orders',
    'https://github.com/acme/../../evil',
    'https://github.com/acme',
    'https://constructor/acme/orders',
    'http://github.com/acme/orders',
    'git@github.com:acme/orders.git',
    'https://github.com/acme/orders?x=<b>',
  ])('has no link that is made up: %s', (repository) => {
    expect(describeCommits({ repository, commit: old }, { repository, commit: next })).not.toHaveProperty('link');
  });

  it('has no link where a commit is none', () => {
    const repository = 'https://github.com/acme/orders';
    expect(describeCommits({ repository, commit: 'main' }, { repository, commit: next })).not.toHaveProperty('link');
    expect(describeCommits(undefined, { repository, commit: '../../x' })).toEqual({ text: 'commit ../../x' });
    expect(describeCommits(undefined, { repository })).toEqual({ text: 'no commit named' });
  });

  it('is nothing where the same commit is in service', () => {
    const source = { repository: 'https://github.com/acme/orders', commit: next };
    expect(describeCommits(source, source)).toEqual({ text: `commit ${next.slice(0, 12)}, as in service` });
  });
});
