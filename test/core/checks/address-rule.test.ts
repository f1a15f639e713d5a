import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddressRange } from '../../../core/checks/address-range.ts';
import { hostPattern, isNamedHost } from '../../../core/checks/host-rule.ts';
import { mayReach } from '../../../core/checks/address-rule.ts';
import { runs } from '../../runs.ts';

describe('the addresses a check may reach', () => {
  it.each([
    '1.1.1.1',
    '52.94.236.248',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2606:4700:4700:1:2:3:4:1111',
  ])('%s is public', (address) => {
    expect(mayReach(address, [])).toBe(true);
  });

  it.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '127.0.0.1',
      '169.254.169.254',
      '172.31.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1'],
    ...['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '::ffff:0:10.0.0.1'],
    ...['::2', '::a9fe:a9fe', '4000::1', '9000::1', '2001:4860::5efe:10.0.0.1', '2001:4860::200:5efe:a9fe:a9fe'],
    ...[
      '64:ff9b::169.254.169.254',
      '64:ff9b:1::1',
      '2002:a9fe:a9fe::',
      '0:0:0:0:0:ffff:10.0.0.1',
      '::ffff:0:a9fe:a9fe',
    ],
    ...['', 'localhost', '1.2.3', '0x7f.1', '127.1'],
  ])('%s is not', (address) => {
    expect(mayReach(address, [])).toBe(false);
  });

  it('are widened by the policy, in every spelling', () => {
    const allowed = ['127.0.0.0/8', 'fd00::/8'];
    expect(mayReach('127.0.0.1', allowed)).toBe(true);
    expect(mayReach('::ffff:127.0.0.1', allowed)).toBe(true);
    expect(mayReach('fd00::1', allowed)).toBe(true);
    expect(mayReach('10.0.0.1', allowed)).toBe(false);
    expect(() => mayReach('127.0.0.1', ['everything'])).toThrow(RangeError);
  });

  it('never change by wrapping an IPv4 address into IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const groups = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
        const hex = `${groups.slice(0, 2).join('')}:${groups.slice(2).join('')}`;
        for (const wrapped of [
          `::ffff:${address}`,
          `::ffff:${hex}`,
          `64:ff9b::${hex}`,
          `2002:${hex}::1`,
          `::ffff:0:${hex}`,
        ]) {
          expect(mayReach(wrapped, []), wrapped).toBe(mayReach(address, []));
        }
      }),
      runs(1000),
    );
    expect(mayReach('::1', ['::1/128'])).toBe(true);
    expect(mayReach('::1', [])).toBe(false);
  });
});

describe('a network', () => {
  it('is written as CIDR', () => {
    expect(parseAddressRange('10.0.0.0/8')).toEqual({ network: '10.0.0.0', prefix: 8, family: 'ipv4' });
    expect(parseAddressRange('fd00::/128')?.family).toBe('ipv6');
    for (const text of ['10.0.0.0', '10.0.0.0/33', 'fd00::/129', 'x/8', '10.0.0/8', ''])
      expect(parseAddressRange(text), text).toBeUndefined();
  });
});

describe('a host of the policy', () => {
  it('is named in full, or everything below a name is', () => {
    expect(isNamedHost('login.example.com', ['login.example.com'])).toBe(true);
    expect(isNamedHost('login.example.com.', ['*.example.com'])).toBe(true);
    expect(isNamedHost('a.b.example.com', ['*.example.com'])).toBe(true);
    expect(isNamedHost('example.com', ['*.example.com'])).toBe(false);
    expect(isNamedHost('badexample.com', ['*.example.com', 'example.com'])).toBe(false);
    expect(isNamedHost('example.com.evil.org', ['example.com'])).toBe(false);
    for (const text of [
      '*',
      '*.com.',
      'UPPER.example.com',
      '10.0.0.1',
      'http://x.example.com',
      'a b.com',
      'x.example.com:80',
    ])
      expect(hostPattern.safeParse(text).success, text).toBe(false);
    for (const text of ['*.example.com', 'login.example.com']) expect(hostPattern.safeParse(text).success).toBe(true);
  });
});
