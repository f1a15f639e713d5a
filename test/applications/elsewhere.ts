import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

// `node elsewhere.ts FOLDER…`: packs the folders on a machine that lists files the other way round. Prints the Node.js and the digests.
const list = fs.readdirSync;
Object.assign(fs, { readdirSync: (...given: Parameters<typeof list>) => list(...given).reverse() });
syncBuiltinESMExports();
const { pack } = await import('../../cli/pack/pack.ts');
const digests = process.argv.slice(2).map((folder) => pack(folder).sha256);
console.log(JSON.stringify({ node: process.version, digests }));
