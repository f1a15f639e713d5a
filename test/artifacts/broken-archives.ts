import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { manifestName } from '../../core/artifact/limits.ts';
import { artifact, assetName, manifest, textEntry } from './builders.ts';
import type { BrokenArtifact } from './broken-artifact.ts';
import { dataDescriptor, unicodePathExtra, writeZip, zip64Extra } from './zip-writer.ts';

const MEBIBYTE = 1024 * 1024;

let zeros: { content: Buffer; packed: Buffer; name: string } | undefined;

/** 64 MiB of nothing, which deflate packs into 64 KiB. Made once: packing takes a moment. */
function bomb() {
  if (zeros === undefined) {
    const content = Buffer.alloc(64 * MEBIBYTE);
    const digest = createHash('sha256').update(content).digest('hex');
    zeros = { content, packed: deflateRawSync(content, { level: 1 }), name: `assets/${digest}.zip` };
  }
  return zeros;
}

function paddedManifest(version: string, bytes: number): Buffer {
  return Buffer.from(JSON.stringify(manifest(version, { padding: 'x'.repeat(bytes) })));
}

/** Objects that are no zip, or one that contradicts itself. */
const unreadable: BrokenArtifact[] = [
  {
    name: 'empty',
    build: () => new Uint8Array(),
    codes: ['artifact.empty'],
    sentence: /is empty: upload the file that "sluice pack" made/,
  },
  {
    name: 'not a zip',
    build: (version) => Buffer.from(`version ${version} of something that somebody renamed to .zip`),
    codes: ['artifact.not-a-zip'],
    sentence: /is not a zip: upload the file/,
  },
  {
    name: 'one byte',
    build: () => Buffer.from('P'),
    codes: ['artifact.not-a-zip'],
    sentence: /is not a zip: upload the file/,
  },
  {
    name: 'truncated',
    build: (version) => artifact(version).subarray(0, -100),
    codes: ['artifact.truncated'],
    sentence: /is a truncated zip \(\d+ bytes\): upload the whole file again/,
  },
  {
    name: 'its beginning missing',
    build: (version) => artifact(version).subarray(200),
    codes: ['artifact.unreadable'],
    sentence: /cannot be read as a zip .*: pack it again and upload it whole/,
  },
  {
    name: 'bytes behind its end',
    build: (version) => Buffer.concat([artifact(version), Buffer.from('more')]),
    codes: ['artifact.truncated'],
    sentence: /is a truncated zip \(\d+ bytes\): upload the whole file again/,
  },
  {
    name: 'a directory that is elsewhere',
    build: (version) => artifact(version, { claims: { directoryOffset: 7 } }),
    codes: ['artifact.unreadable'],
    sentence: /central directory.*: pack it again/,
  },
  {
    name: 'a directory that hides entries',
    build: (version) => artifact(version, { more: [textEntry('hidden.json')], claims: { entryCount: 4 } }),
    codes: ['artifact.unreadable'],
    sentence: /more entries than it says/,
  },
  {
    name: 'zip64 that claims more entries than there are',
    build: (version) => artifact(version, { claims: { zip64: { entryCount: 500n } } }),
    codes: ['artifact.unreadable'],
    sentence: /cannot be read as a zip/,
  },
  {
    name: 'zip64 whose directory lies beyond everything',
    build: (version) => artifact(version, { claims: { zip64: { entryCount: 4n, directoryOffset: 2n ** 60n } } }),
    codes: ['artifact.unreadable'],
    sentence: /cannot be read as a zip/,
  },
];

/** Entries that are dangerous to whoever unpacks them. */
const dangerous: BrokenArtifact[] = [
  {
    name: 'a path that leads out',
    build: (version) => artifact(version, { more: [textEntry('../../etc/cron.json')] }),
    codes: ['artifact.path-escapes'],
    sentence: /"\.\.\/\.\.\/etc\/cron\.json" leads out of the archive: remove/,
  },
  {
    name: 'a path that leads out of a folder by backslashes',
    build: (version) => artifact(version, { more: [textEntry('assets\\..\\..\\evil.json')] }),
    codes: ['artifact.path-escapes'],
    sentence: /leads out of the archive: remove/,
  },
  {
    name: 'an absolute path',
    build: (version) => artifact(version, { more: [textEntry('/etc/passwd.json')] }),
    codes: ['artifact.path-absolute'],
    sentence: /"\/etc\/passwd\.json" is an absolute path: pack with paths relative to the root/,
  },
  {
    name: 'an absolute path of Windows',
    build: (version) => artifact(version, { more: [textEntry('C:\\evil.json')] }),
    codes: ['artifact.path-absolute'],
    sentence: /is an absolute path/,
  },
  {
    name: 'a name that acts on a terminal',
    build: (version) => artifact(version, { more: [textEntry('\u001b[2Jgone\u202e.json')] }),
    codes: ['artifact.name-unusable'],
    sentence: /holds characters that act or hide: rename it/,
  },
  {
    name: 'the same name twice',
    build: (version) => artifact(version, { more: [textEntry(manifestName)] }),
    codes: ['artifact.duplicate-name'],
    sentence: /"release\.json" is in the archive 2 times: keep one/,
  },
  {
    name: 'two names that differ in case alone',
    build: (version) => artifact(version, { more: [textEntry('Template.JSON')] }),
    codes: ['artifact.unexpected-file', 'artifact.duplicate-name'],
    sentence: /"Template\.JSON" does not belong/,
  },
  {
    name: 'a link',
    build: (version) => artifact(version, { change: { name: assetName, by: { mode: 0o120777 } } }),
    codes: ['artifact.link'],
    sentence: /is a symbolic link: put the file itself into the archive/,
  },
  {
    name: 'a link that claims to come from DOS',
    build: (version) => artifact(version, { change: { name: 'template.json', by: { mode: 0o120777, system: 0 } } }),
    codes: ['artifact.link'],
    sentence: /"template\.json" is a symbolic link/,
  },
  {
    name: 'a device',
    build: (version) => artifact(version, { change: { name: assetName, by: { mode: 0o020666 } } }),
    codes: ['artifact.special-file'],
    sentence: /is not a regular file: remove it/,
  },
  {
    name: 'an encrypted entry',
    build: (version) => artifact(version, { change: { name: manifestName, by: { flags: 1 } } }),
    codes: ['artifact.encrypted'],
    sentence: /"release\.json" is encrypted: pack without a password/,
  },
  {
    name: 'an entry packed as nobody packs',
    build: (version) => artifact(version, { change: { name: 'template.json', by: { method: 12 } } }),
    codes: ['artifact.compression-unknown'],
    sentence: /is packed by method 12: use deflate or none/,
  },
  {
    name: 'entries that overlap',
    build: (version) => artifact(version, { more: [{ ...textEntry('second.json'), claimedOffset: 0 }] }),
    codes: ['artifact.overlap', 'artifact.header-differs'],
    sentence: /"release\.json" overlaps "second\.json" in the archive: pack it again/,
  },
  {
    name: 'files that do not belong',
    build: (version) => artifact(version, { more: [textEntry('README.md'), textEntry('assets/code.zip')] }),
    codes: ['artifact.unexpected-file', 'artifact.asset-name'],
    sentence: /"README\.md" does not belong in an artifact: remove it/,
  },
];

const hidden = writeZip([textEntry('release.json', '{"service":"other"}')]).subarray(0, -22 - 58);
const streamed = Buffer.from('{}');

/** Archives in which two readers would see different files. */
const ambiguous: BrokenArtifact[] = [
  ...(
    [
      ['another name', { name: 'stolen.json' }, /\(its header names "stolen\.json"\): pack it again/],
      ['another size', { claimedSize: 7 }, /\(its header says another size or checksum\)/],
      ['another packed size', { claimedPackedSize: 7 }, /\(its header says another size or checksum\)/],
      ['another checksum', { claimedCrc: 7 }, /\(its header says another size or checksum\)/],
      ['another compression', { method: 0 }, /\(its header says another compression\)/],
      ['sizes behind the data', { flags: 8 }, /\(its header has other flags\)/],
      ['no size of 4 GiB', { claimedSize: 0xffffffff }, /\(its header says another size or checksum\)/],
      [
        'another size in zip64',
        { claimedSize: 0xffffffff, extra: zip64Extra(3n, 4n) },
        /\(its header says another size or checksum\)/,
      ],
    ] as const
  ).map(([name, local, sentence]) => ({
    name: `a header that says ${name}`,
    build: (version: string) => artifact(version, { change: { name: manifestName, by: { local } } }),
    codes: name === 'another name' ? ['artifact.overlap', 'artifact.header-differs'] : ['artifact.header-differs'],
    sentence,
  })),
  {
    name: 'a header that is none',
    build: (version) => artifact(version, { change: { name: manifestName, by: { claimedOffset: 1 } } }),
    codes: ['artifact.overlap', 'artifact.header-differs'],
    sentence: /\(no header is where the directory says\)/,
  },
  {
    name: 'a name that is written in two ways',
    build: (version) =>
      artifact(version, {
        change: {
          name: manifestName,
          by: { name: 'stolen.json', extra: unicodePathExtra('stolen.json', manifestName) },
        },
      }),
    codes: ['artifact.overlap', 'artifact.header-differs'],
    sentence: /\(its name is written in two ways\)/,
  },
  {
    name: 'a data descriptor that says another size',
    build: (version) => {
      const by = { flags: 8, behind: dataDescriptor(streamed, Buffer.alloc(9)) };
      return artifact(version, { more: [{ ...textEntry('assets/', ''), mode: 0, ...by }] });
    },
    codes: ['artifact.header-differs'],
    sentence: /\(what follows its data says another size or checksum\)/,
  },
  {
    name: 'an entry that the directory does not have',
    build: (version) => artifact(version, { change: { name: 'template.json', by: { before: hidden } } }),
    codes: ['artifact.ambiguous'],
    sentence: /\(bytes \d+ to \d+ are of no entry\): pack it again by "sluice pack"/,
  },
  {
    name: 'one behind all that the directory has',
    build: (version) => artifact(version, { change: { name: assetName, by: { behind: hidden } } }),
    codes: ['artifact.ambiguous'],
    sentence: /are of no entry/,
  },
  {
    name: 'something before it',
    build: (version) => artifact(version, { claims: { prefix: Buffer.from('#!/bin/sh\n') } }),
    codes: ['artifact.ambiguous'],
    sentence: /\(bytes 0 to 10 are of no entry\)/,
  },
  {
    name: 'something between its directory and its end',
    build: (version) => artifact(version, { claims: { between: Buffer.alloc(76) } }),
    codes: ['artifact.ambiguous'],
    sentence: /\(there is something between its directory and its end\)/,
  },
  ...(
    [
      ['another number of entries on its disk', { entriesOnDisk: 3 }],
      ['another length of its directory', { directoryLength: 46 }],
      ['another number of entries than zip64', { entryCount: 3, zip64: { entryCount: 4n } }],
    ] as const
  ).map(([name, claims]) => ({
    name: `an end that says ${name}`,
    build: (version: string) => artifact(version, { claims }),
    codes: ['artifact.ambiguous'],
    sentence: /\(its end says another number, place or length of entries\)/,
  })),
  {
    name: 'an end on another disk',
    build: (version) => artifact(version, { claims: { disk: 1 } }),
    codes: ['artifact.unreadable'],
    sentence: /multi-disk/,
  },
  {
    name: 'an end within its comment',
    build: (version) => {
      const end = writeZip([]);
      return artifact(version, { claims: { comment: end } });
    },
    codes: ['artifact.no-manifest', 'artifact.ambiguous'],
    sentence: /can be read in two ways/,
  },
  {
    name: 'a template that looks like the template',
    build: (version) => artifact(version, { more: [textEntry('tempIate.json'), textEntry('templ\u0430te.json')] }),
    codes: ['artifact.unexpected-file', 'artifact.unexpected-file'],
    sentence:
      /^"tempIate\.json" is neither "release\.json" nor the template that it names \("template\.json"\): remove it\.$/,
  },
  {
    name: 'a name that is another one for some readers',
    build: (version) => artifact(version, { more: [textEntry('release.json ')] }),
    codes: ['artifact.unexpected-file'],
    sentence: /"release\.json " does not belong/,
  },
  {
    name: 'NUL in a name',
    build: (version) => artifact(version, { more: [textEntry('release.json\u0000.zip')] }),
    codes: ['artifact.name-unusable'],
    sentence: /holds characters that act or hide/,
  },
  {
    name: 'a file that says that it is a folder',
    build: (version) => artifact(version, { change: { name: assetName, by: { mode: 0o040755 } } }),
    codes: ['artifact.special-file'],
    sentence: /is not a regular file/,
  },
  {
    name: 'a folder that has content',
    build: (version) => artifact(version, { more: [{ ...textEntry('assets/', 'x'), mode: 0o040755 }] }),
    codes: ['artifact.special-file'],
    sentence: /"assets\/" is not a regular file/,
  },
];

/** Archives that are more than they seem. */
const oversized: BrokenArtifact[] = [
  {
    name: 'a bomb',
    build: (version) => artifact(version, { more: [bomb()] }),
    codes: ['artifact.bomb'],
    sentence: /unpacks to 67108864 bytes from \d+, .*: it looks like a zip bomb/,
    unpacks: MEBIBYTE,
  },
  {
    name: 'a bomb that lies about its size',
    build: (version) => artifact(version, { more: [{ ...bomb(), claimedSize: 1000 }] }),
    codes: ['artifact.entry-damaged'],
    sentence: /cannot be unpacked \(.*expected 1000.*\): its content is damaged; pack again/,
    unpacks: MEBIBYTE,
  },
  {
    name: 'a manifest that is a bomb and lies about its size',
    build: (version) => {
      const { packed } = bomb();
      return artifact(version, { change: { name: manifestName, by: { packed, claimedSize: 1000 } } });
    },
    codes: ['artifact.entry-damaged'],
    sentence: /"release\.json" cannot be unpacked/,
    unpacks: MEBIBYTE,
  },
  {
    name: 'an entry that zip64 makes a terabyte',
    build: (version) => {
      const lie = { claimedSize: 0xffffffff, extra: zip64Extra(2n ** 40n) };
      return artifact(version, { more: [{ ...bomb(), ...lie }] });
    },
    codes: ['artifact.too-large', 'artifact.bomb'],
    sentence: /1099511\d+ unpacked; the limit is 262144000: make it smaller/,
    unpacks: 0,
  },
  {
    name: '20,000 entries',
    build: (version) =>
      artifact(version, {
        more: Array.from({ length: 20_000 }, (_, index) => textEntry(`${index}-${'long'.repeat(50)}.json`)),
      }),
    codes: ['artifact.too-many-entries'],
    sentence: /has 20004 entries; the limit is 1000: put code into asset zips/,
    reads: 3 * MEBIBYTE,
    unpacks: 0,
  },
  {
    name: 'a 50 MB manifest',
    build: (version) =>
      artifact(version, {
        manifest: 'replaced',
        change: { name: manifestName, by: { content: paddedManifest(version, 50_000_000), deflate: false } },
      }),
    codes: ['artifact.manifest-too-large'],
    sentence: /"release\.json" has 5\d{7} bytes; the limit is 131072: move data elsewhere/,
    reads: 2 * MEBIBYTE,
    unpacks: MEBIBYTE,
  },
  {
    name: 'a template that CloudFormation would not take',
    build: (version) => artifact(version, { template: `{"Resources":"${'ab'.repeat(MEBIBYTE)}"}` }),
    codes: ['artifact.bomb', 'artifact.template-too-large'],
    sentence: /limit is 1048576: split it/,
    unpacks: MEBIBYTE,
  },
];

/** Entries whose content is not what the archive says. */
const damaged: BrokenArtifact[] = [
  {
    name: 'a manifest with another CRC',
    build: (version) => artifact(version, { change: { name: manifestName, by: { claimedCrc: 1 } } }),
    codes: ['artifact.entry-damaged'],
    sentence: /"release\.json" cannot be unpacked \(it does not have the CRC that the archive claims\)/,
  },
  {
    name: 'an asset that deflate cannot read, and another problem',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, { service: 'payments' }),
        change: { name: assetName, by: { packed: Buffer.from('no deflate stream') } },
      }),
    codes: ['artifact.key-differs', 'artifact.entry-damaged', 'plan.service-unknown'],
    sentence: /upload it as "payments\//,
  },
  {
    name: 'an entry that ends behind the object',
    build: (version) =>
      artifact(version, {
        more: [{ ...textEntry('last.json'), method: 8, claimedPackedSize: 9_000_000 }],
        template: null,
      }),
    codes: ['artifact.ambiguous'],
    sentence: /can be read in two ways \(bytes \d+ to \d+ are of no entry\): pack it again/,
  },
  {
    name: 'an asset that was changed after packing',
    build: (version) => artifact(version, { change: { name: assetName, by: { content: Buffer.from('other') } } }),
    codes: ['artifact.digest-differs'],
    sentence: /not the one it is named by: its content changed after packing; pack it again/,
  },
];

export const brokenArchives: readonly BrokenArtifact[] = [
  ...unreadable,
  ...dangerous,
  ...ambiguous,
  ...oversized,
  ...damaged,
];
