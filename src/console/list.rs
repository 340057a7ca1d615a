//! What the lists of the screen share: the address of each, its search, its order and its pages.

use crate::access::Screen;
use crate::browser;
use crate::console::me::Me;
use crate::error::{AppError, Kind};
use crate::types::ListQuery;
use crate::ui::{Button, ButtonKind, ButtonLink, EmptyState, ErrorState, Icon, SearchBox, Sorting};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

pub fn text(map: &ParamsMap, key: &str) -> String {
    map.get(key).unwrap_or_default()
}

/// The list that an address asks for; filters have the same names in both.
pub fn wanted(map: &ParamsMap, filters: &[&str]) -> ListQuery {
    let filters = filters.iter().map(|name| ((*name).to_owned(), text(map, name))).collect();
    ListQuery { q: text(map, "q"), sort: text(map, "sort"), cursor: text(map, "cursor"), limit: None, filters }
}

/// The address of the list at `path` with one parameter changed; what is listed then begins on its first page.
fn with_param(path: &str, map: &ParamsMap, key: &str, value: &str) -> String {
    let mut map = map.clone();
    for gone in ["cursor", "dialog", "member", key] {
        map.remove(gone);
    }
    if !value.is_empty() {
        map.insert(key.to_owned(), value.to_owned());
    }
    format!("{path}{}", map.to_query_string())
}

/// A list whose search, order and page stand in the address.
#[derive(Clone, Copy)]
pub struct List {
    path: StoredValue<String>,
    query: Memo<ParamsMap>,
}

impl List {
    pub fn at(path: String) -> List {
        List { path: StoredValue::new(path), query: use_query_map() }
    }

    fn href(self, key: &str, value: &str) -> String {
        self.path.with_value(|path| self.query.with_untracked(|map| with_param(path, map, key, value)))
    }

    pub fn now(self, key: &'static str) -> Signal<String> {
        Signal::derive(move || self.query.with(|map| text(map, key)))
    }

    /// Goes to the same list with one parameter changed.
    pub fn go(self) -> Callback<(&'static str, String)> {
        let navigate = use_navigate();
        Callback::new(move |(key, value): (&'static str, String)| {
            let options = NavigateOptions { replace: key == "q", scroll: false, ..NavigateOptions::default() };
            navigate(&self.href(key, &value), options);
        })
    }

    pub fn sorting(self) -> Sorting {
        let now = Signal::derive(move || {
            self.query.with(|map| map.get("sort").filter(|sort| !sort.is_empty()).unwrap_or("name".into()))
        });
        Sorting::new(now, move |sort: String| self.href("sort", &sort))
    }

    /// The first page, unless this is it.
    pub fn first(self) -> Option<String> {
        self.query.with_untracked(|map| map.get("cursor").is_some()).then(|| self.href("cursor", ""))
    }

    pub fn next(self, cursor: Option<String>) -> Option<String> {
        cursor.map(|cursor| self.href("cursor", &cursor))
    }

    pub fn is_filtered(self) -> bool {
        self.query.with_untracked(|map| ["q", "status"].iter().any(|key| !text(map, key).is_empty()))
    }
}

/// The search over a list.
pub fn search(list: List, label: &'static str, placeholder: &'static str) -> AnyView {
    let go = list.go();
    view! {
        <SearchBox label=label value=list.now("q") placeholder=placeholder
            on_search=move |text: String| go.run(("q", text)) />
    }
    .into_any()
}

/// The button that leads to the form of a new one.
pub fn add_button(label: &'static str, href: &'static str) -> AnyView {
    match expect_context::<Me>().why_not_write(Screen::Members) {
        None => {
            view! { <ButtonLink href=href kind=ButtonKind::Primary icon=Icon::Plus>{label}</ButtonLink> }.into_any()
        }
        Some(reason) => {
            view! { <Button kind=ButtonKind::Primary icon=Icon::Plus disabled_reason=reason>{label}</Button> }
                .into_any()
        }
    }
}

pub fn failed(error: AppError, retry: impl Into<Callback<()>>) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    let retry: Callback<()> = retry.into();
    view! { <ErrorState error=error on_retry=retry /> }.into_any()
}

/// Nothing fits the search; `all` is on the link to the list without it.
pub fn no_match(title: &'static str, path: String, all: &'static str) -> AnyView {
    view! {
        <EmptyState title=title text="Try another search." icon=Icon::Search>
            <ButtonLink href=path>{all}</ButtonLink>
        </EmptyState>
    }
    .into_any()
}
