import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIntegration, expect, PYTHON, ROOT, run, test, type Client, type Server } from './fixtures';

const environment = (server: Server, client: Client) => ({
  ...process.env,
  DOORWARD_URL: server.url,
  DOORWARD_CLIENT_ID: client.id,
  DOORWARD_CLIENT_SECRET: client.secret,
});

test('Authlib gets, uses, asks about and revokes a token, with its secret as Basic authentication and in the form', async ({
  server,
}) => {
  const client = await createIntegration(server, 'Authlib', 'rooms:read', 'users:read');
  const { stdout } = await run(PYTHON, [join(import.meta.dirname, 'authlib_client.py')], environment(server, client));
  const told = JSON.parse(stdout);
  expect(told.map(({ way }: { way: string }) => way)).toEqual(['client_secret_basic', 'client_secret_post']);
  for (const each of told) {
    expect(each).toMatchObject({
      token_type: 'Bearer',
      expires_in: 86400,
      rooms: [200, 50],
      users: 403,
      alive: { active: true, client_id: client.id, scope: 'rooms:read', iss: server.url },
      revoked: 200,
      dead: { active: false },
      rooms_then: 401,
      wrong_secret: 'invalid_client',
    });
    expect(each.dead).toEqual({ active: false });
  }
});

test('the programs in the README list users', async ({ server }) => {
  const client = await createIntegration(server, 'From the README', 'users:read');
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = readme.slice(readme.indexOf('## For programs'));
  const block = (language: string) => new RegExp('```' + language + '\\n([\\s\\S]*?)```').exec(section)?.[1] ?? '';
  const python = await run(PYTHON, ['-c', block('python')], environment(server, client));
  expect(python.stdout.trim().split('\n').length).toBe(50);
  const curl = await run('bash', ['-euo', 'pipefail', '-c', block('sh')], environment(server, client));
  expect(JSON.parse(curl.stdout).items.length).toBe(50);
});
