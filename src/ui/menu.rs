//! `Menu(id, label, items, trigger?, eager?, on_open?)`: a button (⋮, or what `trigger` draws) and a popover of `MenuItem::new(label, on_select)` or
//! `MenuItem::link(label, href)`, with `.danger()`, `.icon(..)`, `.dialog()` (the link opens one: the page stays where it is), `.disabled(Option<reason>)`. `id` is unique on the page. Its items are rendered
//! when it opens; with `eager`, at once, so that a menu of links works before hydration. Arrows, Home, End and Esc as in any menu.

use super::{Glyph, Icon};
use crate::browser::{self, Step};
use leptos::children::ViewFn;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

#[derive(Clone)]
pub struct MenuItem {
    label: String,
    act: Act,
    icon: Option<Icon>,
    danger: bool,
    dialog: bool,
    disabled_reason: Option<String>,
}

#[derive(Clone)]
enum Act {
    Run(Callback<()>),
    Go(String),
}

impl MenuItem {
    pub fn new(label: impl Into<String>, on_select: impl Into<Callback<()>>) -> MenuItem {
        MenuItem::of(label.into(), Act::Run(on_select.into()))
    }

    pub fn link(label: impl Into<String>, href: impl Into<String>) -> MenuItem {
        MenuItem::of(label.into(), Act::Go(href.into()))
    }

    fn of(label: String, act: Act) -> MenuItem {
        MenuItem { label, act, icon: None, danger: false, dialog: false, disabled_reason: None }
    }

    #[must_use]
    pub fn icon(mut self, icon: Icon) -> MenuItem {
        self.icon = Some(icon);
        self
    }

    #[must_use]
    pub fn danger(mut self) -> MenuItem {
        self.danger = true;
        self
    }

    #[must_use]
    pub fn dialog(mut self) -> MenuItem {
        self.dialog = true;
        self
    }

    #[must_use]
    pub fn disabled(mut self, reason: Option<String>) -> MenuItem {
        self.disabled_reason = reason;
        self
    }
}

#[component]
pub fn Menu(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
    /// What the button shows, if not ⋮; then `label` names the menu alone.
    #[prop(optional, into)]
    trigger: Option<ViewFn>,
    #[prop(optional)] eager: bool,
    /// What an item will need may be fetched then.
    #[prop(optional)]
    on_open: Option<fn()>,
) -> impl IntoView {
    let rendered = RwSignal::new(eager);
    let menu = StoredValue::new(id.clone());
    let plain = trigger.is_none();
    let face = trigger.map_or_else(|| view! { <Glyph icon=Icon::More /> }.into_any(), |trigger| trigger.run());
    // A list that was drawn anew under an open menu: the popover stays open, and must not be empty.
    Effect::new(move |_| {
        if let Some(id) = menu.try_get_value().filter(|id| browser::popover_is_open(id)) {
            rendered.set(true);
            browser::after(0, move || browser::focus_item(&id, Step::First));
        }
    });
    let list = move || rendered.get().then(|| menu.with_value(|id| items_view(id, items.get())));
    let toggled = move |_| {
        let Some(id) = menu.try_get_value() else { return };
        if browser::popover_is_open(&id) {
            rendered.set(true);
            on_open.inspect(|fetch| fetch());
            browser::after(0, move || browser::focus_item(&id, Step::First));
        } else if !eager {
            rendered.set(false);
        }
    };
    view! {
        <button
            type="button"
            class=if plain { "button quiet square" } else { "button quiet" }
            id=format!("{id}-button")
            disabled=browser::UNTIL_STARTED.filter(|_| !eager)
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-label=plain.then(|| label.clone())
            title=plain.then(|| label.clone())
            on:click=move |_| rendered.set(true)
            on:keydown=move |event| menu.with_value(|id| open_by_arrow(&event, id))
        >
            {face}
        </button>
        <div class="menu" popover="auto" id=id role="menu" aria-label=label on:toggle=toggled on:keydown=move |event| menu.with_value(|id| walk(&event, id))>
            {list}
        </div>
    }
}

fn open_by_arrow(event: &KeyboardEvent, id: &str) {
    if event.key() == "ArrowDown" {
        event.prevent_default();
        browser::show_popover(id);
    }
}

fn walk(event: &KeyboardEvent, id: &str) {
    let step = match event.key().as_str() {
        "ArrowDown" => Step::Next,
        "ArrowUp" => Step::Previous,
        "Home" => Step::First,
        "End" => Step::Last,
        "Tab" => return browser::hide_popover(id),
        _ => return,
    };
    event.prevent_default();
    browser::focus_item(id, step);
}

fn items_view(id: &str, items: Vec<MenuItem>) -> AnyView {
    let one = |(at, item): (usize, MenuItem)| item_view(id.to_owned(), at, item);
    items.into_iter().enumerate().map(one).collect_view().into_any()
}

fn item_view(menu: String, at: usize, item: MenuItem) -> AnyView {
    let class = if item.danger { "menu-item danger" } else { "menu-item" };
    let why = item.disabled_reason.as_ref().map(|_| format!("{menu}-{at}-why"));
    let blocked = item.disabled_reason.is_some();
    let name = item.label.clone();
    let face = view! {
        {item.icon.map(|icon| view! { <Glyph icon=icon /> })}
        <span>
            {item.label}
            {item.disabled_reason.map(|reason| view! { <small id=why.clone()>{reason}</small> })}
        </span>
    };
    let disabled = blocked.then_some("true");
    match item.act {
        Act::Go(href) if !blocked => view! {
            <a role="menuitem" tabindex="-1" class=class href=href data-noscroll=item.dialog.then_some("true") on:click=move |_| browser::hide_popover(&menu)>{face}</a>
        }
        .into_any(),
        act => {
            let select = move |_| {
                if blocked {
                    return;
                }
                // First, so that the focus is back on the button before the act moves it on.
                browser::hide_popover(&menu);
                if let Act::Run(act) = act {
                    act.run(());
                }
            };
            view! {
                <button type="button" role="menuitem" tabindex="-1" class=class aria-label=name aria-disabled=disabled aria-describedby=why on:click=select>
                    {face}
                </button>
            }
            .into_any()
        }
    }
}
