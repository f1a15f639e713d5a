#!/usr/bin/env node
// The command is written in TypeScript and runs from source; tsx translates it while it loads.
import { register } from 'tsx/esm/api';

register();
await import('../main.ts');
