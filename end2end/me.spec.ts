// X12: the password policy where people meet it.

import { ADMIN, addUser, expect, expectToast, gotoHydrated, signIn, signInFirst, test } from './fixtures';

test.use({ serverOptions: { demo: true, adminPassword: ADMIN.password } });

test('X12: a password that is short, common or made of names is refused at its field, a long one without rules is taken', async ({ page, anotherPerson }) => {
  await signIn(page, ADMIN.username, ADMIN.password);
  await addUser(page, { username: 'pia.policy', name: 'Pia Policy', profiles: ['Receptionist'], password: 'copper violin meadow 38 tea' });
  const pia = await anotherPerson();
  const own = 'orchard signal velvet boats';
  await signInFirst(pia, { username: 'pia.policy', password: 'copper violin meadow 38 tea' }, own);
  await gotoHydrated(pia, '/me');
  const field = pia.getByLabel('New password', { exact: true });
  const change = async (password: string) => {
    await pia.getByLabel('Current password', { exact: true }).fill(own);
    await field.fill(password);
    await pia.getByLabel('New password again', { exact: true }).fill(password);
    await pia.getByRole('button', { name: 'Change password' }).click();
  };
  for (const [password, why] of [
    ['Sh0rt!pass', /at least 15/],
    ['passwordpassword', /easy to guess/],
    ['we love building a here', /names of the organization, its buildings/],
  ] as const) {
    await change(password);
    await expect(field).toHaveAccessibleDescription(why);
    await expect(field).toHaveValue(password);
  }
  await change('lowercase words are quite enough here');
  await expectToast(pia, 'Password changed');
});
