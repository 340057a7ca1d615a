// A filled Doorward, its administrator, and clients that the command line makes.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test as base } from '@playwright/test';
import { secretsIn } from '../end2end/fixtures/secrets';
import {
  BINARY,
  environmentWithoutDoorward,
  startServer,
  type Account,
  type Engine,
  type Server,
  type ServerOptions,
} from '../end2end/fixtures/server';

export { expect } from '@playwright/test';
export { freePort, type Server } from '../end2end/fixtures/server';

export const ROOT = join(import.meta.dirname, '..');

/** The administrator of every server here. */
export const ADMIN: Account = { username: 'admin', password: 'plum otter quilts 94 harbours' };

/** The Python that `make setup` gives these tests, with what requirements.txt names. */
export const PYTHON = join(ROOT, 'target/clients/python/bin/python');

export type Options = { engine: Engine };

export type Client = { id: string; secret: string };

type PerWorker = Options & { server: Server; admin: Admin };

type PerTest = {
  /** An empty folder that is gone afterwards. */
  folder: string;
  /** A further server, for this test alone. */
  anotherServer: (options?: ServerOptions) => Promise<Server>;
};

export const test = base.extend<PerTest, PerWorker>({
  engine: ['sqlite', { scope: 'worker', option: true }],

  server: [
    async ({ engine }, use) => {
      const server = await startServer(engine, { demo: true, adminPassword: ADMIN.password });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  // Signed in once: an account has one session.
  admin: [
    async ({ server }, use) => {
      await use(await Admin.signIn(server.url, ADMIN));
    },
    { scope: 'worker' },
  ],

  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'doorward-clients-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },

  anotherServer: async ({ engine }, use) => {
    const servers: Server[] = [];
    await use(async (options) => {
      const server = await startServer(engine, options);
      servers.push(server);
      return server;
    });
    for (const server of servers.reverse()) await server.stop();
  },
});

/** `doorward integrations create`, as whoever runs the installation types it. */
export async function createIntegration(server: Server, name: string, ...grants: string[]): Promise<Client> {
  const args = ['integrations', 'create', name, ...grants.flatMap((grant) => ['--grant', grant])];
  const stdout = await doorward(server, ...args);
  const [, id = '', secret = ''] = /^client_id=(\S+)\nclient_secret=(\S+)\n$/.exec(stdout) ?? [];
  expect(secret, 'exactly two lines on stdout').toMatch(/^dws_/);
  expect(secretsIn(stdout), 'what must not be in a log or a database is known by its looks').toEqual([secret]);
  return { id, secret };
}

/** One command on the database of a server; what it wrote to stdout. */
export async function doorward(server: Server, ...args: string[]): Promise<string> {
  const env = { ...environmentWithoutDoorward(), DOORWARD_DATABASE_URL: server.database };
  return (await run(BINARY, args, env)).stdout;
}

/** Runs a program to its end; fails with all that it wrote when it fails. */
export async function run(program: string, args: string[], env = process.env, options: { cwd?: string; timeout?: number } = {}) {
  const limits = { timeout: 45_000, maxBuffer: 16 * 1024 * 1024 };
  return promisify(execFile)(program, args, { env, ...limits, ...options }).catch((error) => {
    throw new Error(`${program} ${args.join(' ')}: ${error.message}\n${error.stdout}\n${error.stderr}`);
  });
}

/** The administrator over the HTTP API, with the cookie that the sign-in form gave. */
export class Admin {
  private constructor(
    private readonly url: string,
    private readonly cookie: string,
  ) {}

  static async signIn(url: string, account: Account): Promise<Admin> {
    const headers = { origin: url };
    const answer = await fetch(`${url}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams(account),
      headers,
      redirect: 'manual',
    });
    expect(answer.status, await answer.text()).toBe(303);
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    return new Admin(url, cookies.join('; '));
  }

  request(method: string, path: string, data?: unknown): Promise<Response> {
    const headers = { cookie: this.cookie, origin: this.url };
    if (data === undefined) return fetch(this.url + path, { method, headers });
    return fetch(this.url + path, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(data),
    });
  }

  /** The answer to a request that succeeds. */
  async json(method: string, path: string, data?: unknown) {
    const answer = await this.request(method, path, data);
    const text = await answer.text();
    expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
    return JSON.parse(text);
  }

  async integrationId(client: Client): Promise<string> {
    const { items } = await (await this.request('GET', '/api/v1/integrations?limit=200')).json();
    return items.find((integration: { client_id: string }) => integration.client_id === client.id).id;
  }

  async act(path: string): Promise<void> {
    const answer = await this.request('POST', path);
    expect(answer.status, `${path}: ${await answer.text()}`).toBe(200);
  }
}
