import { spawn } from 'node:child_process';
import { createIntegration, expect, test } from './fixtures';

/** What the page of an integration offers to copy, as a browser shows it. */
function commands(page: string): string[] {
  const blocks = [...page.matchAll(/<pre[^>]*aria-label="Commands[^"]*"[^>]*>([\s\S]*?)<\/pre>/g)].map(([, text = '']) => text);
  const plain = (text: string) => text.replace(/<!.*?>/g, '').replace(/&quot;/g, '"').replace(/&#x27;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  return blocks.map(plain);
}

test('the commands on the page of an integration, run with curl, say hello and end with the integration', async ({ server, admin }) => {
  const client = await createIntegration(server, 'listener', 'lighting:read');
  const path = `/integrations/${await admin.integrationId(client)}`;
  const lines = commands(await (await admin.request('GET', path)).text());
  expect(lines.length).toBe(2);
  const shell = spawn('bash', ['-c', lines.join('\n')], { timeout: 45_000 });
  let heard = '';
  shell.stdout.on('data', (data) => (heard += data));
  const ended = new Promise<number | null>((resolve) => shell.on('close', resolve));
  shell.stdin.end(`${client.secret}\n`);
  await expect.poll(() => heard, { timeout: 30_000 }).toContain('"type":"hello"');
  expect(heard).toContain('"name":"listener"');
  expect(heard).toContain('{"screen":"lighting","level":"read","places":"everything"}');
  await admin.act(`/api/v1${path}/disable`);
  expect(await ended, 'the server closed it').not.toBeNull();
  expect(heard).toContain('disabled');
});
