// Ctrl K: people, screens and acts, found by a few letters. Fetched when it is first opened. Whom and what it finds is what the
// person may see: people come from the HTTP API, screens from the navigation, acts by the person's own levels.
const PEOPLE = 6;

/** What can be begun, where, by whom: `Full` on the screen, and for users a role that has others below it. */
const ACTS = [
  ['Add user', '/users/new', ({ levels, role }) => levels.users === 'full' && role !== 'owner'],
  ['Create profile', '/profiles/new', ({ levels }) => levels.profiles === 'full'],
  ['Create integration', '/integrations/new', ({ levels }) => levels.integrations === 'full'],
  ['Add team', '/members/teams/new', ({ levels }) => levels.members === 'full'],
  ['Add API user', '/members/api-users/new', ({ levels }) => levels.members === 'full'],
  ['Create API key', '/me/api-keys/new', () => true],
  ['Change password', '/me', () => true],
];

const json = async (path) => {
  const answer = await fetch(path, { headers: { accept: 'application/json' }, priority: 'low' });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

const screens = () =>
  [...document.querySelectorAll('#side a[href]')].map((link) => ({ label: link.textContent.trim(), href: link.getAttribute('href') }));

const has = (label, text) => label.toLowerCase().includes(text);

async function people(text, me) {
  if (!text || !me.levels.users) return [];
  const { items } = await json(`/api/v1/users?limit=${PEOPLE}&q=${encodeURIComponent(text)}`);
  return items.map(({ id, name, username }) => ({ label: name, hint: username, href: `/users/${id}` }));
}

/** The groups with something in them, each with its name. */
async function find(typed, me) {
  const text = typed.trim().toLowerCase();
  const acts = ACTS.filter(([, , may]) => may(me)).map(([label, href]) => ({ label, href }));
  const groups = [
    ['People', await people(text, me)],
    ['Screens', screens().filter(({ label }) => has(label, text))],
    ['Actions', acts.filter(({ label }) => has(label, text))],
  ];
  return groups.filter(([, found]) => found.length);
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function option({ label, hint, href }, at) {
  const text = element('span', {}, label, ...(hint ? [' ', element('small', {}, hint)] : []));
  return element('div', { role: 'option', id: `palette-${at}`, class: 'menu-item', 'aria-selected': 'false', 'data-href': href }, text);
}

function draw(list, groups) {
  let at = 0;
  const group = ([name, found]) => {
    const title = element('div', { class: 'field-hint', 'aria-hidden': 'true' }, name);
    return element('div', { role: 'group', 'aria-label': name }, title, ...found.map((it) => option(it, at++)));
  };
  const none = element('p', { class: 'muted' }, 'Nothing matches.');
  list.replaceChildren(...(groups.length ? groups.map(group) : [none]));
}

export async function open() {
  const input = element('input', {
    class: 'input', type: 'text', role: 'combobox', placeholder: 'Search people, screens and actions', maxlength: '100',
    'aria-label': 'Search people, screens and actions', 'aria-expanded': 'true', 'aria-controls': 'palette-list', autocomplete: 'off', spellcheck: 'false',
  });
  const list = element('div', { class: 'palette-list', id: 'palette-list', role: 'listbox', 'aria-label': 'Found' });
  const said = element('p', { class: 'visually-hidden', role: 'status' });
  const dialog = element('dialog', { class: 'dialog palette', 'aria-label': 'Search' }, input, list, said);
  const options = () => [...list.querySelectorAll('[role=option]')];
  const chosen = () => list.querySelector('[aria-selected=true]');
  const choose = (option) => {
    chosen()?.setAttribute('aria-selected', 'false');
    if (!option) return input.removeAttribute('aria-activedescendant');
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', option.id);
  };
  const step = (by) => {
    const all = options();
    if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  };
  const go = (option) => {
    if (!option) return;
    // After the dialog, whose closing gives the focus back.
    dialog.close();
    const way = element('a', { href: option.dataset.href, hidden: '' });
    document.getElementById('content').append(way);
    way.click();
    way.remove();
  };

  const me = json('/fn/me.view');
  let asked = 0;
  const look = async () => {
    const mine = ++asked;
    try {
      const groups = await find(input.value, await me);
      if (mine !== asked) return;
      draw(list, groups);
      choose(options()[0]);
      said.textContent = `${options().length} found`;
    } catch {
      if (mine !== asked) return;
      list.replaceChildren(element('p', { class: 'muted' }, "The search didn't work. Try again in a moment."));
    }
  };

  let later;
  input.addEventListener('input', () => {
    clearTimeout(later);
    later = setTimeout(look, 150);
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Enter') go(chosen());
    else return;
    event.preventDefault();
  });
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[role=option]');
    if (option) go(option);
  });
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  await look();
}
