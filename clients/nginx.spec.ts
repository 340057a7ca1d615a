import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { curl } from './curl';
import { ADMIN, createIntegration, doorward, expect } from './fixtures';
import { test, type Proxy } from './nginx';

/** curl as a browser: it keeps its cookies and says where its requests come from. */
function browser({ url, certificate }: Proxy, folder: string) {
  const jar = join(folder, 'cookies');
  const kept = ['--cacert', certificate, '--cookie', jar, '--cookie-jar', jar, '--header', `Origin: ${url}`];
  const ask = (path: string, ...args: string[]) =>
    curl(...kept, '--header', 'Accept: text/html,*/*', ...args, url + path);
  const signIn = (...args: string[]) =>
    ask('/sign-in', '--data', 'username=admin', '--data-urlencode', `password=${ADMIN.password}`, ...args);
  return { ask, signIn, jar };
}

test('nginx asks a browser to sign in, then lets it through to the other application under its name', async ({
  nginx: proxy,
  folder,
}) => {
  const { ask, signIn } = browser(proxy, folder);
  const unknown = await ask('/wallboard/floor?of=1');
  expect([unknown.status, unknown.headers.get('location')]).toEqual([302, `${proxy.url}/sign-in?next=/wallboard/floor?of=1`]);
  expect((await signIn()).status).toBe(303);

  const spoofed = ['--header', 'X-Doorward-User: mallory', '--header', 'X-Doorward-Kind: integration'];
  const looked = await ask('/wallboard/floor?of=1', ...spoofed, '--cookie', 'theme=dark; last=2');
  expect(looked.status).toBe(200);
  const got = JSON.parse(looked.body);
  expect([got.method, got.url]).toEqual(['GET', '/wallboard/floor?of=1']);
  expect([got.headers['x-doorward-user'], got.headers['x-doorward-kind']]).toEqual(['admin', 'user']);

  const written = JSON.parse((await ask('/wallboard/', '--data', 'a=1')).body);
  expect([written.method, written.headers['content-length']]).toEqual(['POST', '3']);
});

test('neither cookie nor token of Doorward reaches the other application', async ({ nginx: proxy, folder }) => {
  const { ask, signIn, jar } = browser(proxy, folder);
  await signIn();
  const session = /__Host-doorward\t(\S+)/.exec(await readFile(jar, 'utf8'))?.[1] ?? '';
  expect(session).toMatch(/^\S{40,}$/);
  for (const before of ['', 'theme=dark; ']) {
    for (const after of ['', '; last=2']) {
      const cookie = `${before}__Host-doorward=${session}${after}; doorward-device=abc`;
      const plain = ['--cacert', proxy.certificate, '--header', `Cookie: ${cookie}`];
      const { status, body } = await curl(...plain, `${proxy.url}/wallboard/`);
      expect(status).toBe(200);
      expect(body).not.toContain(session);
      const left = (JSON.parse(body).headers.cookie ?? '').split(';').map((it: string) => it.trim()).filter(Boolean);
      expect(left).toEqual([before && 'theme=dark', after && 'last=2'].filter(Boolean));
    }
  }
  expect((await ask('/wallboard/')).body).not.toContain(session);

  const client = await createIntegration(proxy.doorward, 'Robot', 'rooms:read');
  const token = await tokenOf(proxy, client);
  const { body } = await curl('--cacert', proxy.certificate, '--oauth2-bearer', token, `${proxy.url}/wallboard/`);
  expect(body).not.toContain(token);
});

async function tokenOf(proxy: Proxy, client: { id: string; secret: string }): Promise<string> {
  const asked = ['--user', `${client.id}:${client.secret}`, '--data', 'grant_type=client_credentials'];
  const given = await curl('--cacert', proxy.certificate, ...asked, `${proxy.url}/oauth/token`);
  expect(given.status).toBe(200);
  return JSON.parse(given.body).access_token;
}

test('a program with a token may look, not write, and no longer once the token is revoked', async ({ nginx: proxy }) => {
  const client = await createIntegration(proxy.doorward, 'Robot', 'rooms:read');
  const stranger = await createIntegration(proxy.doorward, 'Stranger', 'alerts:full');
  const token = await tokenOf(proxy, client);
  const ask = (bearer: string, ...args: string[]) =>
    curl('--cacert', proxy.certificate, '--oauth2-bearer', bearer, ...args, `${proxy.url}/wallboard/`);

  const looked = await ask(token);
  expect(looked.status).toBe(200);
  const { headers } = JSON.parse(looked.body);
  expect([headers['x-doorward-user'], headers['x-doorward-kind']]).toEqual([client.id, 'integration']);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect((await ask(token, '--request', method)).status).toBe(403);
  expect((await ask(await tokenOf(proxy, stranger))).status).toBe(403);

  const basic = ['--user', `${client.id}:${client.secret}`, '--data-urlencode', `token=${token}`];
  expect((await curl('--cacert', proxy.certificate, ...basic, `${proxy.url}/oauth/revoke`)).status).toBe(200);
  const dead = await ask(token);
  expect([dead.status, dead.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('invalid_token')]);
  expect((await curl('--cacert', proxy.certificate, `${proxy.url}/doorward-check`)).status, 'not for clients').toBe(404);
});

test('the client is known by the address that nginx saw, whatever the client says of it', async ({ nginx: proxy, folder }) => {
  const { ask, signIn } = browser(proxy, folder);
  const from = ['--interface', '127.0.0.2'];
  expect((await signIn(...from, '--header', 'X-Forwarded-For: 203.0.113.9')).status).toBe(303);
  const { items } = JSON.parse((await ask('/api/v1/sessions', ...from)).body);
  expect(items.map(({ address }: { address: string }) => address)).toEqual(['127.0.0.2']);
});

test('plain http leads to https, which tells browsers to stay there', async ({ nginx: proxy, folder }) => {
  const plain = await curl(`${proxy.httpUrl}/users?q=a`);
  expect([plain.status, plain.headers.get('location')]).toEqual([301, 'https://localhost/users?q=a']);
  const { ask } = browser(proxy, folder);
  expect((await ask('/sign-in')).headers.get('strict-transport-security')).toContain('max-age=63072000');
});

test('the WebSocket passes nginx, and its end comes within a second', async ({ nginx: proxy, folder }) => {
  const { ask, signIn, jar } = browser(proxy, folder);
  await signIn();
  const session = /__Host-doorward\t(\S+)/.exec(await readFile(jar, 'utf8'))?.[1];
  const ca = await readFile(proxy.certificate);
  const socket = new WebSocket(proxy.url.replace('https', 'wss') + '/live', {
    ca,
    origin: proxy.url,
    headers: { cookie: `__Host-doorward=${session}` },
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  expect((await ask('/wallboard/')).status).toBe(200);
  await doorward(proxy.doorward, 'admin', 'reset-password', 'admin');
  const begun = Date.now();
  expect(await closed).toBe(4401);
  expect(Date.now() - begun).toBeLessThan(1_000);
  expect((await ask('/wallboard/')).status, 'on to the sign-in page').toBe(302);
});
