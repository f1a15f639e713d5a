#!/usr/bin/env node
// The command is written in TypeScript and runs from source; tsx translates it while it loads.
import { register } from 'tsx/esm/api';

// What Node.js the SDK wants next year is no concern of whoever runs a command; what Sluice wants is in package.json.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
register();
await import('../main.ts');
