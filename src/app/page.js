// What a page does with the document alone, whatever the application draws into it: where the focus goes after a step from
// page to page, where Back finds a list, the keys of lists, and the line that says that something is on its way. It is a
// script, because the same in WebAssembly is several times as large (docs/decisions/0071-a-script-beside-the-application.md).
const root = document.documentElement;
const content = () => document.getElementById('content');
const path = () => location.pathname;
const isTyping = (at) => at.matches?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
const isOver = () => document.querySelector('dialog[open], .menu:popover-open');

// When somebody last pressed something: what begins soon after is on its way for them.
let acted = -Infinity;
let here = path();
// Where each address was left: how far it was scrolled, and what was pressed.
const left = new Map();
// What is looked for in the page that comes: its beginning, or the place where it was left.
let wanted;

function pressed(event) {
  acted = event.timeStamp;
  wanted = undefined;
}
addEventListener('pointerdown', pressed, true);
addEventListener('keydown', pressed, true);
addEventListener('input', () => (acted = performance.now()), true);
addEventListener('wheel', () => (wanted = undefined), { capture: true, passive: true });

addEventListener(
  'click',
  (event) => {
    const control = event.target.closest?.('a, button');
    const row = control?.closest('tr[data-row]')?.dataset.row;
    left.set(location.href, { y: scrollY, row, href: control?.getAttribute('href') });
  },
  true,
);

// --- From page to page ---

function want(what) {
  const now = { ...what, since: performance.now() };
  wanted = now;
  // The old page may still be there: what is new comes in this frame or later.
  requestAnimationFrame(() => requestAnimationFrame(() => ((now.begun = true), look())));
}

const push = history.pushState;
history.pushState = function (...state) {
  push.apply(this, state);
  if (path() !== here) want({});
  else if (wanted === undefined) want({ lost: true });
  here = path();
};

addEventListener('popstate', () => {
  acted = performance.now();
  // A step that stays on the page may only have closed what was over it, which gives the focus back by itself.
  want({ place: left.get(location.href), lost: path() === here });
  here = path();
});

const focusOn = (element) => {
  if (!element.matches('a, button, input')) element.tabIndex = -1;
  element.focus({ preventScroll: true });
};

function controlOf(row) {
  return row.querySelector('.main a[href], a[href], button') ?? row;
}

/** Where the list was left, or nothing as long as it is not there. */
function leftAt({ row, href }) {
  const rows = row && content()?.querySelector(`tr[data-row="${CSS.escape(row)}"]`);
  if (rows) return controlOf(rows);
  return (href && content()?.querySelector(`a[href="${CSS.escape(href)}"]`)) || undefined;
}

function look() {
  if (!wanted?.begun) return;
  if (performance.now() - wanted.since > 8_000) return void (wanted = undefined);
  const at = document.activeElement;
  const isLost = !at || at === document.body || at === content();
  if (isOver()) return;
  const place = wanted.place && leftAt(wanted.place);
  if (place) {
    if (isLost || !wanted.lost) {
      scrollTo(0, wanted.place.y);
      focusOn(place);
    }
    wanted = undefined;
    return;
  }
  const changed = !wanted.place && !wanted.lost && content()?.querySelector('tr[data-changed]');
  if (changed) {
    if (isLost || !wanted.marked) {
      focusOn(controlOf(changed));
      changed.scrollIntoView({ block: 'center' });
    }
    wanted.marked = true;
    return;
  }
  const title = content()?.querySelector('h1');
  if (title && (isLost || !(wanted.titled || wanted.lost))) {
    wanted.titled = true;
    focusOn(title);
  }
}

new MutationObserver(() => wanted && look()).observe(root, { childList: true, subtree: true });

// --- The keys of lists ---

function step(by) {
  const rows = [...(content()?.querySelectorAll('tbody tr') ?? [])];
  const at = rows.indexOf(document.activeElement?.closest('tbody tr'));
  const to = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
  if (!to) return;
  focusOn(controlOf(to));
  to.scrollIntoView({ block: 'nearest' });
}

/** By the row's own menu, which also says why where somebody may not. */
function edit() {
  const button = document.activeElement?.closest('tbody tr')?.querySelector('[popovertarget]');
  if (!button) return;
  button.click();
  setTimeout(() => {
    const menu = document.getElementById(button.getAttribute('popovertarget'));
    const items = [...(menu?.querySelectorAll('[role=menuitem]') ?? [])];
    const item = items.find((item) => /^Edit\b/.test(item.textContent.trim()));
    if (!item) return menu?.hidePopover();
    if (item.ariaDisabled === 'true') item.focus();
    else item.click();
  }, 50);
}

// Who speaks to their computer, or whose hands shake, turns them off (WCAG 2.1.4).
const OFF = 'doorward.no-shortcuts';
const isOff = () => localStorage.getItem(OFF) !== null;

const KEYS = [
  ['Ctrl K', 'Search people, screens and actions'],
  ['/', 'Search'],
  ['j  k', 'Next row, previous row'],
  ['Enter', 'Open the row'],
  ['e', 'Edit the row'],
  ['?', 'Show these shortcuts'],
];

function help() {
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog keys';
  dialog.setAttribute('aria-labelledby', 'keys-title');
  const rows = KEYS.map(([keys, what]) => {
    const each = keys.split('  ').map((key) => `<kbd>${key}</kbd>`).join(' ');
    return `<dt>${each}</dt><dd>${what}</dd>`;
  });
  dialog.innerHTML = `<div class="dialog-head"><h2 id="keys-title">Keyboard shortcuts</h2></div>
    <div class="dialog-body"><dl>${rows.join('')}</dl>
    <label><input type="checkbox" ${isOff() ? '' : 'checked'}> Use these shortcuts in this browser</label></div>
    <form method="dialog" class="dialog-foot"><button class="button primary" autofocus>Close</button></form>`;
  dialog.addEventListener('change', ({ target }) =>
    target.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, ''),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const keys = {
  '/': () => document.getElementById('search')?.focus(),
  j: () => step(1),
  k: () => step(-1),
  e: edit,
  '?': help,
};

addEventListener('keydown', (event) => {
  const act = Object.hasOwn(keys, event.key) && keys[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (isTyping(event.target) || isOver() || isOff() || !('hydrated' in root.dataset)) return;
  event.preventDefault();
  act();
});

addEventListener('click', (event) => event.target.closest?.('.keys-button') && help());

// People, screens and acts, from wherever one is; fetched when it is first asked for.
const palette = () => import('./palette.js').then(({ open }) => open());

addEventListener('keydown', (event) => {
  const isAsked = event.key.toLowerCase() === 'k' && event.ctrlKey !== event.metaKey && !event.shiftKey && !event.altKey;
  if (!isAsked || event.defaultPrevented || !document.querySelector('.find')) return;
  event.preventDefault();
  if (!isOver()) palette();
});

addEventListener('click', (event) => event.target.closest?.('.find') && palette());

// --- The letters of menus ---

/** The next item that begins with what is typed, as ARIA's menu pattern has it. */
addEventListener('keydown', (event) => {
  const menu = event.target.closest?.('.menu:popover-open');
  const letter = event.key.toLowerCase();
  if (!menu || [...letter].length > 1 || letter === ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = [...menu.querySelectorAll('[role=menuitem]')];
  const from = items.indexOf(document.activeElement) + 1;
  const next = [...items.slice(from), ...items.slice(0, from)];
  next.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
});

// --- Under way ---

const send = globalThis.fetch;
let under = 0;
let soon;
globalThis.fetch = (...request) => {
  const answer = send.apply(globalThis, request);
  // What the page asks for by itself, such as what somebody else changed, is nobody's to wait for.
  if (performance.now() - acted > 1_000 || request[1]?.priority === 'low') return answer;
  under += 1;
  soon ??= setTimeout(() => (root.dataset.busy = ''), 100);
  const done = () => {
    under -= 1;
    if (under) return;
    clearTimeout(soon);
    soon = undefined;
    delete root.dataset.busy;
  };
  answer.then(done, done);
  return answer;
};

// A text that is cut says all of itself under the pointer.
addEventListener('pointerover', (event) => {
  const text = event.target.closest?.('.table :is(.under, .main a, .cell)');
  const isCut = text && (text.scrollWidth > text.clientWidth || text.scrollHeight > text.clientHeight + 2);
  if (isCut && !text.title) text.title = text.textContent.trim();
});
