import { curl } from './curl';
import { createIntegration, expect, test } from './fixtures';

test('curl gets a token, calls the API with it, and revokes it', async ({ server }) => {
  const client = await createIntegration(server, 'curl', 'rooms:read');
  const basic = ['--user', `${client.id}:${client.secret}`];
  const given = await curl(...basic, '--data', 'grant_type=client_credentials', `${server.url}/oauth/token`);
  expect([given.status, given.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const { access_token: token } = JSON.parse(given.body);
  const bearer = ['--header', `Authorization: Bearer ${token}`];

  const rooms = await curl(...bearer, `${server.url}/api/v1/rooms?limit=3`);
  expect([rooms.status, JSON.parse(rooms.body).items.length]).toEqual([200, 3]);
  expect((await curl(...bearer, `${server.url}/api/v1/users`)).status).toBe(403);
  const checked = await curl(...bearer, `${server.url}/api/v1/check?screen=rooms`);
  expect([checked.status, checked.headers.get('x-doorward-user')]).toEqual([204, client.id]);

  const revoked = await curl(...basic, '--data-urlencode', `token=${token}`, `${server.url}/oauth/revoke`);
  expect([revoked.status, revoked.body]).toEqual([200, '']);
  const dead = await curl(...bearer, `${server.url}/api/v1/rooms`);
  expect([dead.status, dead.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('invalid_token')]);
});
