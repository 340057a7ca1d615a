import { ADMIN, Admin, expect } from './fixtures';
import { passwordIn, test, type Waiting } from './mail';

const OWN = 'orchard signal velvet 7 boats';

async function addUser(admin: Admin, username: string): Promise<{ id: string; [field: string]: unknown }> {
  const { items } = await admin.json('GET', '/api/v1/profiles?limit=200');
  return admin.json('POST', '/api/v1/users', {
    username,
    name: 'Zoë Übermut',
    email: `${username}@example.com`,
    role: 'owner',
    profiles: [items[0].id],
    places: 'everything',
  });
}

async function waiting(admin: Admin): Promise<Waiting[]> {
  return (await admin.json('GET', '/api/v1/settings/mails')).items;
}

/** The one mail that waits, once it is as expected. */
async function waits(admin: Admin, expected: Partial<Waiting> | { last_error: unknown }, timeout = 15_000) {
  await expect.poll(() => waiting(admin), { timeout }).toEqual([expect.objectContaining(expected)]);
  return (await waiting(admin))[0]!;
}

test('a temporary password is received by aiosmtpd, signs in, and must be replaced', async ({ mailServer, anotherServer }) => {
  await mailServer.start();
  const server = await anotherServer({ adminPassword: ADMIN.password, settings: mailServer.settings });
  const admin = await Admin.signIn(server.url, ADMIN);
  const made = await addUser(admin, 'zoe');
  expect(made).toMatchObject({ password_mailed_to: 'zoe@example.com' });
  expect(made).not.toHaveProperty('temporary_password');
  const mail = await mailServer.mailTo('zoe@example.com');
  expect(mail).toMatchObject({
    from: 'Doorward <doorward@example.com>',
    to: ['zoe@example.com'],
    subject: 'Your temporary password for My organization',
  });
  expect(mail.text).toContain('Hello Zoë Übermut,');
  expect(mail.text).toContain(`${server.url}/sign-in`);
  await expect.poll(() => waiting(admin)).toEqual([]);

  const password = passwordIn(mail);
  const zoe = await Admin.signIn(server.url, { username: 'zoe', password });
  expect((await zoe.request('GET', '/api/v1/users')).status).toBe(403);
  const replaced = await zoe.request('POST', '/fn/me.change_password', {
    change: { current: password, new: OWN, again: OWN, name: '', email: '' },
  });
  expect(replaced.status, await replaced.text()).toBe(200);
  const again = await admin.json('POST', `/api/v1/users/${made.id}/reset-password`);
  expect(again).toMatchObject({ password_mailed_to: 'zoe@example.com' });
  const second = passwordIn(await mailServer.mailTo('zoe@example.com', 2));
  expect(second).not.toBe(password);
  await Admin.signIn(server.url, { username: 'zoe', password: second });
  expect(server.output()).not.toContain(second);
});

test('a mail server that is away, refuses or hangs loses nothing and hinders nobody', async ({ mailServer, anotherServer }) => {
  test.setTimeout(120_000);
  const server = await anotherServer({ adminPassword: ADMIN.password, settings: mailServer.settings });
  const admin = await Admin.signIn(server.url, ADMIN);
  await addUser(admin, 'ava');
  // Nothing listens there.
  let mail = await waits(admin, { status: 'waiting', tries: 1, last_error: expect.stringContaining('refused') });
  const retry = async () => admin.json('POST', `/api/v1/settings/mails/${mail.id}/retry`);

  await mailServer.start();
  await mailServer.is('550 5.1.1 no such user');
  await retry();
  mail = await waits(admin, { status: 'failed', tries: 2, last_error: '550 5.1.1 no such user' });

  await mailServer.is('hang');
  await retry();
  await expect.poll(async () => (await waiting(admin))[0]).toMatchObject({ tries: 1, status: 'waiting' });
  const begun = Date.now();
  for (let asked = 0; asked < 50; asked++) await admin.json('GET', '/api/v1/users');
  expect(Date.now() - begun, 'others do not wait').toBeLessThan(10_000);
  mail = await waits(admin, { last_error: expect.stringContaining('did not answer in time') }, 45_000);

  await mailServer.stop();
  await mailServer.start();
  await retry();
  const password = passwordIn(await mailServer.mailTo('ava@example.com'));
  await Admin.signIn(server.url, { username: 'ava', password });
  expect(await waiting(admin)).toEqual([]);
});
