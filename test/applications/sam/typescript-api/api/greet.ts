const version: string = '1.0.0';

export const greet = (path: string): { path: string; version: string } => ({ path, version });
