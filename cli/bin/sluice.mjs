#!/usr/bin/env node
// The command as it runs in this repository, from source: tsx compiles it while it loads. In its package it is bundled (../packaging).
import { register } from 'tsx/esm/api';

register();
await import('../main.ts');
