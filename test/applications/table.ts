import type { Application } from './application.ts';
import { cdk } from './tables/cdk.ts';
import { plain } from './tables/plain.ts';
import { sam } from './tables/sam.ts';
import { serverless } from './tables/serverless.ts';

/** What teams bring: written anew, in the shape that public applications of each kind have. */
export const applications: readonly Application[] = [...sam, ...cdk, ...serverless, ...plain];
