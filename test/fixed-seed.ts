import fc from 'fast-check';

// `npm test` draws the same values each time, so that it fails for what was changed and for nothing else. The long commands of the same
// properties, and `npm run test:properties`, draw others each time.
const { seed, ...configured } = fc.readConfigureGlobal();
fc.configureGlobal({ ...configured, seed: seed ?? 1 });
