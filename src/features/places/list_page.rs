//! One page for the five lists of the platform: Rooms, Alerts, Lighting, HVAC, Devices. They differ by what a `ListPage`
//! holds: columns, what else narrows the list, and words.

use super::api;
use super::model::PlaceOption;
pub use super::toolbar::{Narrow, param};
use super::toolbar::{Toolbar, narrowed, with_param};
use crate::access::{Level, Screen};
use crate::browser;
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::error::{AppError, Kind};
use crate::types::{Page, Topic};
use crate::ui::{ButtonLink, Column, EmptyState, ErrorState, Icon, PageHeader, Pager, Sorting, Table, TableSkeleton};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is special about one of the lists.
#[derive(Clone)]
pub struct ListPage<T: 'static> {
    pub screen: Screen,
    pub icon: Icon,
    /// Singular and plural.
    pub noun: (&'static str, &'static str),
    pub columns: fn() -> Vec<Column<T>>,
    pub row_key: fn(&T) -> String,
    /// The order when the URL names none.
    pub sort: &'static str,
    /// What the search looks in.
    pub search: &'static str,
    pub narrows: Vec<Narrow>,
    /// Title and text where nothing is listed, when that is good news.
    pub calm: Option<(&'static str, &'static str)>,
}

/// What a list waits for.
pub struct ListData<T: Send + Sync + 'static> {
    rows: Rows<T>,
    options: Resource<Result<Vec<PlaceOption>, AppError>>,
}

type Rows<T> = Resource<Result<Page<T>, AppError>>;

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> ListData<T> {
    /// Fetches what the URL asks for, and again when something of `topic` changed.
    pub fn new<Q, F>(screen: Screen, topic: Topic, wanted: fn(&ParamsMap) -> Q, fetch: fn(Q) -> F) -> ListData<T>
    where
        Q: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = Result<Page<T>, AppError>> + Send + 'static,
    {
        let query = use_query_map();
        let version = use_version(topic);
        ListData {
            rows: Resource::new(move || (query.with(wanted), version.get()), move |(wanted, _)| fetch(wanted)),
            options: Resource::new(|| (), move |()| api::options(screen)),
        }
    }
}

pub fn view<T>(list: ListPage<T>, data: ListData<T>) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let ListData { rows, options } = data;
    let title = list.screen.label();
    let columns = (list.columns)().len();
    let (search, narrows) = (list.search, list.narrows.clone());
    let list = StoredValue::new(list);
    view! {
        <Title text=title />
        <PageHeader title=title />
        <Toolbar screen=list.with_value(|list| list.screen) search=search narrows=narrows options=options />
        <Transition fallback=move || view! { <TableSkeleton columns=columns /> }>
            {move || Suspend::new(async move {
                match rows.await {
                    Ok(page) => table(list.get_value(), page),
                    Err(error) => failed(error, Callback::new(move |()| rows.refetch())),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn table<T: Clone + Send + Sync + 'static>(list: ListPage<T>, page: Page<T>) -> AnyView {
    let query = use_query_map();
    let (screen, default) = (list.screen, list.sort);
    let href = move |sort: String| query.with_untracked(|map| with_param(screen, map, "sort", &sort));
    let now = Signal::derive(move || {
        query.with(|map| map.get("sort").filter(|sort| !sort.is_empty()).unwrap_or(default.to_owned()))
    });
    let first = query.with_untracked(|map| map.get("cursor").is_some().then(|| with_param(screen, map, "cursor", "")));
    let next = page.next_cursor.map(|cursor| query.with_untracked(|map| with_param(screen, map, "cursor", &cursor)));
    let nothing = Nothing { screen, icon: list.icon, many: list.noun.1, calm: list.calm };
    let filtered = query.with_untracked(|map| narrowed(map, &list.narrows));
    view! {
        <Table caption=screen.label() columns=(list.columns)() rows=page.items row_key=list.row_key
            sorting=Sorting::new(now, href) count=page.count noun=list.noun
            empty=move || if filtered { nothing.matches() } else { nothing.there() } />
        <Pager first=first next=next />
    }
    .into_any()
}

fn failed(error: AppError, retry: Callback<()>) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! { <ErrorState error=error on_retry=retry /> }.into_any()
}

/// What stands where rows would.
#[derive(Clone, Copy)]
struct Nothing {
    screen: Screen,
    icon: Icon,
    many: &'static str,
    calm: Option<(&'static str, &'static str)>,
}

impl Nothing {
    fn matches(self) -> AnyView {
        let title = format!("No matching {}", self.many);
        let all = format!("Show all {}", self.many);
        view! {
            <EmptyState title=title text="Try another search or other filters." icon=Icon::Search>
                <ButtonLink href=self.screen.row().path.unwrap_or("/")>{all}</ButtonLink>
            </EmptyState>
        }
        .into_any()
    }

    fn there(self) -> AnyView {
        let me = expect_context::<Me>();
        let (title, text) = if let Some((title, text)) = self.calm {
            (title.to_owned(), text)
        } else if me.may(Screen::Settings, Level::Full) {
            (format!("No {} yet", self.many), EMPTY_INSTALLATION)
        } else {
            (format!("No {} to show", self.many), EMPTY_REACH)
        };
        view! { <EmptyState title=title text=text icon=self.icon /> }.into_any()
    }
}

const EMPTY_INSTALLATION: &str = "Buildings, floors, rooms and devices can't be added in the console yet. To look around, \
     start Doorward on an empty database with “doorward serve --demo” (or “make demo”), which adds three buildings.";

const EMPTY_REACH: &str = "The places you have access to contain none. Ask an administrator for access to others.";
