import { run } from './fixtures';

export type Answer = { status: number; headers: Map<string, string>; body: string };

/** One request with curl; a network error fails, a refusal is an answer. */
export async function curl(...args: string[]): Promise<Answer> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--include', '--max-time', '10', ...args]);
  const [head = '', ...rest] = stdout.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = fields.map((field) => field.split(/: ?(.*)/s)).map(([name = '', value = '']) => [name.toLowerCase(), value] as const);
  return { status: Number(line.split(' ')[1]), headers: new Map(headers), body: rest.join('\r\n\r\n') };
}
