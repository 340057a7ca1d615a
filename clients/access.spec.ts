// The second that it takes to lose access, measured by clients that never stop asking.

import { performance } from 'node:perf_hooks';
import { createIntegration, expect, test, type Admin, type Client, type Server } from './fixtures';

const ROUNDS = 5;

async function freshToken(server: Server, client: Client): Promise<string> {
  const answer = await fetch(`${server.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()).access_token;
}

/** Asks without a pause until it is refused; resolves to when that refusal had come. */
function poll(server: Server, token: string) {
  let answers = 0;
  let settled!: () => void;
  const warm = new Promise<void>((resolve) => (settled = resolve));
  const refused = (async () => {
    for (;;) {
      const answer = await fetch(`${server.url}/api/v1/rooms`, { headers: { authorization: `Bearer ${token}` } });
      await answer.arrayBuffer();
      if (answer.status === 401) return performance.now();
      expect(answer.status).toBe(200);
      // By then the token is in the memory of the node, if it ever is.
      if (++answers === 20) settled();
    }
  })();
  return { warm: Promise.race([warm, refused]), refused };
}

/** The longest time that each node went on answering, in milliseconds from the sending of the act. */
async function lost(admin: Admin, client: Client, nodes: Server[]): Promise<number[]> {
  const path = `/api/v1/integrations/${await admin.integrationId(client)}`;
  const longest = nodes.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    const token = await freshToken(nodes[0]!, client);
    const polls = nodes.map((node) => poll(node, token));
    await Promise.all(polls.map(({ warm }) => warm));
    const sent = performance.now();
    await admin.act(`${path}/disable`);
    const times = await Promise.all(polls.map(async ({ refused }) => (await refused) - sent));
    times.forEach((time, node) => (longest[node] = Math.max(longest[node]!, time)));
    await admin.act(`${path}/enable`);
  }
  return longest.map(Math.round);
}

test('a client that is disabled while it polls is refused within a second', async ({ server, admin, engine }) => {
  const client = await createIntegration(server, 'Poller', 'rooms:read');
  const [here = Infinity] = await lost(admin, client, [server]);
  console.log(`access lost after ${here} ms at most (${engine}, ${ROUNDS} rounds)`);
  expect(here).toBeLessThan(1_000);
});

test('a client that is disabled on one node is refused by the other within a second', { tag: '@postgres' }, async ({
  server,
  admin,
  anotherServer,
}) => {
  const other = await anotherServer({ database: server.database });
  const client = await createIntegration(server, 'Poller of two nodes', 'rooms:read');
  const [here = Infinity, there = Infinity] = await lost(admin, client, [server, other]);
  console.log(`access lost after ${here} ms at most, on the other node ${there} ms (PostgreSQL, ${ROUNDS} rounds)`);
  expect(here).toBeLessThan(1_000);
  expect(there).toBeLessThan(1_000);
});
