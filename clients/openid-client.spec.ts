import * as oauth from 'openid-client';
import { createIntegration, expect, test } from './fixtures';

test('openid-client finds the endpoints by their metadata and gets, uses, asks about and revokes a token', async ({
  server,
}) => {
  const client = await createIntegration(server, 'openid-client', 'rooms:read', 'alerts:full');
  const ways = { Basic: oauth.ClientSecretBasic, form: oauth.ClientSecretPost };
  for (const [way, authentication] of Object.entries(ways)) {
    await test.step(way, async () => {
      const config = await oauth.discovery(new URL(server.url), client.id, undefined, authentication(client.secret), {
        algorithm: 'oauth2',
        execute: [oauth.allowInsecureRequests],
      });
      expect(config.serverMetadata().issuer).toBe(server.url);

      const all = await oauth.clientCredentialsGrant(config);
      expect(all).toMatchObject({ token_type: 'bearer', expires_in: 86400, scope: 'rooms:read alerts:full' });
      const narrow = await oauth.clientCredentialsGrant(config, { scope: 'alerts:read' });
      const get = (token: string, path: string) =>
        oauth.fetchProtectedResource(config, token, new URL(path, server.url), 'GET');
      expect((await get(all.access_token, '/api/v1/rooms')).status).toBe(200);
      expect((await get(narrow.access_token, '/api/v1/alerts')).status).toBe(200);
      expect((await get(narrow.access_token, '/api/v1/rooms')).status).toBe(403);

      const told = await oauth.tokenIntrospection(config, narrow.access_token);
      expect(told).toMatchObject({ active: true, client_id: client.id, scope: 'alerts:read' });
      await oauth.tokenRevocation(config, narrow.access_token);
      expect(await oauth.tokenIntrospection(config, narrow.access_token)).toEqual({ active: false });
      await expect(get(narrow.access_token, '/api/v1/alerts')).rejects.toMatchObject({ status: 401 });
      expect((await get(all.access_token, '/api/v1/alerts')).status, 'the other token lives on').toBe(200);
    });
  }
});

test('openid-client understands every refusal', async ({ server }) => {
  const client = await createIntegration(server, 'Refused', 'rooms:read');
  const discovered = (secret: string) =>
    oauth.discovery(new URL(server.url), client.id, undefined, oauth.ClientSecretBasic(secret), {
      algorithm: 'oauth2',
      execute: [oauth.allowInsecureRequests],
    });
  const right = await discovered(client.secret);
  const wrong = await discovered('dws_wrong');
  // A 401 with WWW-Authenticate, which RFC 6749 §5.2 asks for, is what this library looks at first.
  const challenged = { status: 401, code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' };
  await expect(oauth.clientCredentialsGrant(wrong)).rejects.toMatchObject(challenged);
  await expect(oauth.tokenIntrospection(wrong, 'dwt_x')).rejects.toMatchObject(challenged);
  for (const scope of ['rooms:full', 'users:read', 'kitchen']) {
    await expect(oauth.clientCredentialsGrant(right, { scope })).rejects.toMatchObject({ error: 'invalid_scope' });
  }
  await expect(oauth.genericGrantRequest(right, 'password', { username: 'admin' })).rejects.toMatchObject({
    error: 'unsupported_grant_type',
  });
});
