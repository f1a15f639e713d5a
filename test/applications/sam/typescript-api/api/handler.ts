import { greet } from './greet';

export const main = async (event: { path: string }): Promise<{ statusCode: number; body: string }> => ({
  statusCode: 200,
  body: JSON.stringify(greet(event.path)),
});
