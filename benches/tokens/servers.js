// The two servers that are compared: each with a client, the addresses of its three endpoints, and a process to measure.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { apiKey, run, serve, signIn } from '../doorward.js';

export async function doorward(folder) {
  const database = `sqlite://${join(folder, 'doorward.db')}`;
  const { child, url } = await serve(database, folder);
  const made = await run(database, 'integrations', 'create', 'Bench', '--grant', 'rooms:read');
  const [, id, secret] = /^client_id=(\S+)\nclient_secret=(\S+)\n$/.exec(made);
  const { secret: key } = await apiKey(await signIn(url));
  const paths = { token: '/oauth/token', check: '/api/v1/me', key: '/api/v1/me', introspection: '/oauth/introspect' };
  return { name: 'Doorward', child, url, id, secret, paths, key };
}

export async function oidcProvider() {
  const [id, secret] = ['bench', 'a-secret-as-long-as-those-of-doorward-are-in-base64'];
  const env = { ...process.env, NODE_ENV: 'production' };
  const script = join(import.meta.dirname, 'provider.js');
  const child = spawn(process.execPath, [script, id, secret], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`oidc-provider ended with ${code}`))),
  ]);
  const url = `http://127.0.0.1:${line.replace('port=', '')}`;
  const paths = { token: '/token', check: '/checked', key: '/checked', introspection: '/token/introspection' };
  return { name: 'oidc-provider', child, url, id, secret, paths };
}
