//! What every list of the console has: its address, search, filters, order and pages, the rows while they are on their way,
//! and how one comes back to it.

use crate::browser;
use crate::console::paging::paging;
pub use crate::console::rows::{Rows, awaited, failed, rows};
use crate::types::{ListQuery, Page};
use crate::ui::{
    Button, ButtonKind, ButtonLink, ChangedRow, Choice, EmptyState, Filter, Icon, Paging, SearchBox, Sorting,
};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use leptos_router::params::ParamsMap;
use std::collections::BTreeMap;

pub fn text(map: &ParamsMap, key: &str) -> String {
    map.get(key).unwrap_or_default()
}

/// The list that an address asks for; filters have the same names in both.
pub fn wanted(map: &ParamsMap, filters: &[&str]) -> ListQuery {
    let filters = filters.iter().map(|name| ((*name).to_owned(), text(map, name))).collect();
    ListQuery { q: text(map, "q"), sort: text(map, "sort"), cursor: text(map, "cursor"), limit: None, filters }
}

/// Which page is shown.
const PAGE: [&str; 3] = ["cursor", "from", "before"];

/// How it is shown.
const SHOWN: [&str; 2] = ["sort", "view"];

/// What stands over the list.
const OVER: [&str; 6] = ["dialog", "user", "member", "show", "revoke", "delete"];

/// Whether the address leaves something out of the list.
fn is_narrowed(map: &ParamsMap) -> bool {
    let other = |key: &str| [&SHOWN[..], &PAGE, &OVER].concat().contains(&key);
    map.latest_values().any(|(key, value)| !value.is_empty() && !other(key))
}

fn without(map: &ParamsMap, keys: &[&str]) -> ParamsMap {
    let mut map = map.clone();
    for key in keys {
        map.remove(key);
    }
    map
}

/// The list at this address with this over it; what is empty goes.
pub fn under(path: &str, map: &ParamsMap, over: &[(&'static str, &str)]) -> String {
    let mut map = without(map, &OVER);
    for (key, value) in over {
        if value.is_empty() {
            map.remove(key);
        } else {
            map.insert(*key, (*value).to_owned());
        }
    }
    format!("{path}{}", map.to_query_string())
}

/// Where each list was left, as long as the page is not loaded anew.
#[derive(Clone, Copy)]
struct Left {
    lists: StoredValue<BTreeMap<String, String>>,
    /// The path of the list, or of the page of one thing, that was shown last.
    last: StoredValue<String>,
}

/// Called once, by the layout.
pub fn provide_lists() {
    provide_context(Left { lists: StoredValue::default(), last: StoredValue::default() });
    provide_context(ChangedRow(StoredValue::default()));
}

/// The address of the list at this path as it was left: its search, filters, order and page.
pub fn as_left(path: &str) -> String {
    let left = use_context::<Left>().and_then(|left| left.lists.with_value(|lists| lists.get(path).cloned()));
    left.unwrap_or_else(|| path.to_owned())
}

/// Said by the page of one thing, which its form then leads back to.
pub fn on_page_of_one() {
    if let Some(left) = use_context::<Left>() {
        let here = use_location().pathname;
        Effect::new(move |_| left.last.set_value(here.get_untracked()));
    }
}

/// Whether the list or the page of one thing that was shown last is the one at this path.
fn was_at(path: &str) -> bool {
    use_context::<Left>().is_some_and(|left| left.last.with_value(|last| last == path))
}

/// Where a form leads that was opened from the list at this path or from the page of the thing: back there.
pub fn came_from(path: &str, page: String) -> String {
    if was_at(path) { as_left(path) } else { page }
}

/// The same of a form that has an address of its own to most people: only who came from the page goes back there.
pub fn came_from_page(page: String, path: &str) -> String {
    if was_at(&page) { page } else { as_left(path) }
}

/// Marks a row that was saved in the list where it is shown next; for a while, not for ever.
pub fn marking() -> Callback<(String,)> {
    let row = use_context::<ChangedRow>();
    Callback::new(move |(id,): (String,)| {
        if let Some(ChangedRow(row)) = row {
            row.set_value(id.clone());
            browser::after(15_000, move || {
                row.try_update_value(|row| row.clear());
            });
        }
    })
}

/// Leads from a form back to its list as it was left, and marks the row with this id.
pub fn returning(path: &'static str) -> Callback<(String,)> {
    returning_to(as_left(path))
}

pub fn returning_to(href: String) -> Callback<(String,)> {
    let (mark, navigate) = (marking(), use_navigate());
    Callback::new(move |id: (String,)| {
        mark.run(id);
        navigate(&href, NavigateOptions::default());
    })
}

/// A list whose search, filters, order and page stand in the address.
#[derive(Clone, Copy)]
pub struct List {
    path: StoredValue<String>,
    query: Memo<ParamsMap>,
    /// The order where the address names none.
    sort: &'static str,
}

impl List {
    pub fn at(path: impl Into<String>) -> List {
        let list = List { path: StoredValue::new(path.into()), query: use_query_map(), sort: "name" };
        if let Some(left) = use_context::<Left>() {
            let now = use_location().pathname;
            Effect::new(move |_| {
                let (path, href) = (list.path.get_value(), list.query.with(|map| list.to(without(map, &OVER))));
                if now.get_untracked() == path {
                    left.last.set_value(path.clone());
                    left.lists.update_value(|lists| _ = lists.insert(path, href));
                }
            });
        }
        list
    }

    #[must_use]
    pub fn by(self, sort: &'static str) -> List {
        List { sort, ..self }
    }

    fn to(self, map: ParamsMap) -> String {
        self.path.with_value(|path| format!("{path}{}", map.to_query_string()))
    }

    /// The list with one parameter changed; it then begins on its first page. A floor goes with its building.
    fn href(self, key: &str, value: &str) -> String {
        let mut map = self.query.with_untracked(|map| without(&without(map, &OVER), &PAGE));
        map.remove(key);
        if key == "building_id" {
            map.remove("floor_id");
        }
        if !value.is_empty() {
            map.insert(key.to_owned(), value.to_owned());
        }
        self.to(map)
    }

    /// The same page of the list with this over it.
    pub fn under(self, over: &[(&'static str, &str)]) -> String {
        self.path.with_value(|path| self.query.with_untracked(|map| under(path, map, over)))
    }

    /// Leads to the same page of the list with nothing over it.
    pub fn closing(self) -> Callback<()> {
        let navigate = use_navigate();
        Callback::new(move |()| {
            let options = NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() };
            navigate(&self.under(&[]), options);
        })
    }

    pub fn now(self, key: &'static str) -> Signal<String> {
        Signal::derive(move || self.query.with(|map| text(map, key)))
    }

    /// Goes to the same list with one parameter changed.
    fn go(self) -> Callback<(&'static str, String)> {
        let navigate = use_navigate();
        Callback::new(move |(key, value): (&'static str, String)| {
            let options = NavigateOptions { replace: key == "q", scroll: false, ..NavigateOptions::default() };
            navigate(&self.href(key, &value), options);
        })
    }

    pub fn sorting(self) -> Sorting {
        let now = self.now("sort");
        let now =
            Signal::derive(move || now.with(|now| if now.is_empty() { self.sort.to_owned() } else { now.clone() }));
        Sorting::new(now, move |sort: String| self.href("sort", &sort))
    }

    /// What of the list this page shows, and where its other pages are.
    pub fn paging<T>(self, page: &Page<T>, noun: (&'static str, &'static str)) -> Paging {
        let map = self.query.with_untracked(|map| without(map, &OVER));
        self.path.with_value(|path| paging(path, &map, page.items.len(), page.count, page.next_cursor.as_deref(), noun))
    }

    pub fn is_narrowed(self) -> bool {
        self.query.with_untracked(is_narrowed)
    }
}

/// The search over a list, its filters, and the way back to all of it.
pub fn toolbar(list: List, label: &'static str, placeholder: &'static str, filters: AnyView) -> AnyView {
    let go = list.go();
    let clear = move || {
        list.query.with(is_narrowed).then(|| {
            let kept = |key: &&'static str| Some(((*key).to_owned(), list.query.with(|map| map.get(key))?));
            let href = list.to(SHOWN.iter().filter_map(kept).collect());
            view! { <a class="button quiet" href=href data-noscroll="true">"Clear filters"</a> }
        })
    };
    view! {
        <div class="toolbar">
            <SearchBox label=label value=list.now("q") placeholder=placeholder
                on_search=move |text: String| go.run(("q", text)) />
            {filters}
            {clear}
        </div>
    }
    .into_any()
}

/// One filter of a list, which may be any of these or not matter.
pub fn filter(list: List, key: &'static str, label: &'static str, choices: Signal<Vec<Choice>>) -> AnyView {
    let go = list.go();
    let options =
        Signal::derive(move || std::iter::once(Choice::new("", "Any")).chain(choices.get()).collect::<Vec<_>>());
    view! {
        <Filter label=label name=key options=options value=list.now(key)
            on_change=move |value: String| go.run((key, value)) />
    }
    .into_any()
}

/// The button that leads to the form of a new one, or why it does not.
pub fn add_button(why: Option<String>, label: &'static str, href: &'static str) -> AnyView {
    match why {
        None => {
            view! { <ButtonLink href=href kind=ButtonKind::Primary icon=Icon::Plus>{label}</ButtonLink> }.into_any()
        }
        Some(reason) => {
            view! { <Button kind=ButtonKind::Primary icon=Icon::Plus disabled_reason=reason>{label}</Button> }
                .into_any()
        }
    }
}

/// Nothing fits the search and the filters; `all` is on the link to the list without them.
pub fn no_match(title: impl Into<String>, path: &'static str, all: impl Into<String>) -> AnyView {
    let all = all.into();
    view! {
        <EmptyState title=title.into() text="Try another search or other filters." icon=Icon::Search>
            <ButtonLink href=path>{all}</ButtonLink>
        </EmptyState>
    }
    .into_any()
}
