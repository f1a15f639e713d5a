#!/usr/bin/env node
// The command is written in TypeScript and runs from source; tsx compiles it while it loads.
import { register } from 'tsx/esm/api';

// The SDK's warning about future Node.js versions does not concern users; package.json has the versions that Sluice supports.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
register();
await import('../main.ts');
