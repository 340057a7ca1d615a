//! One page for the five lists of the platform: Rooms, Alerts, Lighting, HVAC, Devices. They differ by what a `ListPage`
//! holds: columns, what else narrows the list, and words.

use super::api;
use super::model::PlaceOption;
pub use super::toolbar::Narrow;
use super::toolbar::filters;
use crate::access::{Level, Screen};
use crate::console::list::{self, List, Rows};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::error::AppError;
use crate::types::{Page, Topic};
use crate::ui::{Column, EmptyState, Icon, PageHeader, Table};
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
    /// The name of the search, and what it looks in.
    pub label: &'static str,
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
    let at = List::at(list.screen.row().path.unwrap_or("/")).by(list.sort);
    let filters = filters(at, options, list.narrows.clone());
    view! {
        <Title text=title />
        <PageHeader title=title />
        {list::toolbar(at, list.label, list.search, filters)}
        {list::rows(rows, columns, move |page| table(list.clone(), page, at))}
    }
    .into_any()
}

fn table<T: Clone + Send + Sync + 'static>(list: ListPage<T>, page: Page<T>, at: List) -> AnyView {
    let screen = list.screen;
    let nothing = Nothing { screen, icon: list.icon, many: list.noun.1, calm: list.calm };
    let (paging, narrowed) = (at.paging(&page, list.noun), at.is_narrowed());
    view! {
        <Table caption=screen.label() columns=(list.columns)() rows=page.items row_key=list.row_key paging=paging
            sorting=at.sorting() empty=move || if narrowed { nothing.matches() } else { nothing.there() } />
    }
    .into_any()
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
        let path = self.screen.row().path.unwrap_or("/");
        list::no_match(format!("No matching {}", self.many), path, format!("Show all {}", self.many))
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
