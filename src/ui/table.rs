//! `Table(caption, columns, rows, row_key, paging, sorting?, actions?, empty?)`: a table that on a narrow place becomes one card per row, with what it shows
//! of its list and the way to the other pages above and below.
//! `Column::new(key, label, |row| view)` with `.sort("name")` (a leading `-`: the first click sorts downwards), `.also("Email", "email")` for what else
//! stands in the cell and is sorted by, and `.class(..)`; `Sorting { now, href }` makes the heads links, so that they work without wasm. Classes for
//! columns: `main` (the name; title of the card), `number`, `fit`. No column is ever hidden: a table with many becomes cards earlier.

use super::{Glyph, Icon, Paging};
use leptos::children::ViewFn;
use leptos::prelude::*;
use std::sync::Arc;

/// What a head sorts by: its word and the sort in the URL.
type Sorts = Vec<(&'static str, &'static str)>;

pub struct Column<T: 'static> {
    key: &'static str,
    label: &'static str,
    sorts: Sorts,
    class: &'static str,
    cell: Cell<T>,
}

/// How a column draws a row: by itself, or as one of several alike.
enum Cell<T> {
    Own(fn(&T) -> AnyView),
    Nth(usize, fn(&T, usize) -> AnyView),
}

impl<T> Column<T> {
    pub fn new(key: &'static str, label: &'static str, cell: fn(&T) -> AnyView) -> Column<T> {
        Column { key, label, sorts: Vec::new(), class: "", cell: Cell::Own(cell) }
    }

    /// One of several that differ by their number.
    pub fn nth(key: &'static str, label: &'static str, at: usize, cell: fn(&T, usize) -> AnyView) -> Column<T> {
        Column { key, label, sorts: Vec::new(), class: "", cell: Cell::Nth(at, cell) }
    }

    fn draw(&self, row: &T) -> AnyView {
        match self.cell {
            Cell::Own(cell) => cell(row),
            Cell::Nth(at, cell) => cell(row, at),
        }
    }

    #[must_use]
    pub fn sort(self, sort: &'static str) -> Column<T> {
        let label = self.label;
        self.also(label, sort)
    }

    #[must_use]
    pub fn also(mut self, label: &'static str, sort: &'static str) -> Column<T> {
        self.sorts.push((label, sort));
        self
    }

    #[must_use]
    pub fn class(mut self, class: &'static str) -> Column<T> {
        self.class = class;
        self
    }
}

/// The sort in the URL, `name` or `-name`, and the address of the same list under another one.
#[derive(Clone, Copy)]
pub struct Sorting {
    pub now: Signal<String>,
    pub href: Callback<(String,), String>,
}

impl Sorting {
    pub fn new(now: impl Into<Signal<String>>, href: impl Into<Callback<(String,), String>>) -> Sorting {
        Sorting { now: now.into(), href: href.into() }
    }

    /// 0: not by this sort; 1: upwards; -1: downwards.
    fn way(self, sort: &str) -> i32 {
        let up = sort.trim_start_matches('-');
        self.now.with(|now| match now.strip_prefix('-') {
            Some(now) if now == up => -1,
            None if now == up => 1,
            _ => 0,
        })
    }
}

struct Head {
    key: &'static str,
    label: &'static str,
    sorts: Sorts,
    class: &'static str,
}

/// From so many columns on a table needs more room than others.
const MANY: usize = 7;

/// And from so many on still more.
const MATRIX: usize = 12;

/// One row, drawn.
struct Row {
    key: String,
    cells: Vec<AnyView>,
    actions: Option<AnyView>,
}

#[component]
pub fn Table<T: 'static>(
    /// For screen readers: `Users`.
    #[prop(into)]
    caption: String,
    columns: Vec<Column<T>>,
    rows: Vec<T>,
    row_key: fn(&T) -> String,
    paging: Paging,
    #[prop(default = None, into)] sorting: Option<Sorting>,
    /// A button or `Menu` at the end of each row.
    #[prop(optional, into)]
    actions: Option<RowActions<T>>,
    /// Stands in for the table when there are no rows.
    #[prop(optional, into)]
    empty: Option<ViewFn>,
) -> impl IntoView {
    let heads = columns
        .iter()
        .map(|column| Head { key: column.key, label: column.label, sorts: column.sorts.clone(), class: column.class })
        .collect();
    let draw = |row: &T| Row {
        key: row_key(row),
        cells: columns.iter().map(|column| column.draw(row)).collect(),
        actions: actions.as_ref().map(|actions| (actions.0)(row)),
    };
    let rows = rows.iter().map(draw).collect();
    table_view(caption, heads, rows, sorting, actions.is_some(), paging, empty)
}

/// What stands at the end of a row; any closure from a row to a view.
#[derive(Clone)]
pub struct RowActions<T>(Arc<dyn Fn(&T) -> AnyView>);

impl<T, F: Fn(&T) -> AnyView + 'static> From<F> for RowActions<T> {
    fn from(draw: F) -> Self {
        RowActions(Arc::new(draw))
    }
}

/// Not generic, so that its code is in the wasm once.
fn table_view(
    caption: String,
    heads: Vec<Head>,
    rows: Vec<Row>,
    sorting: Option<Sorting>,
    with_actions: bool,
    paging: Paging,
    empty: Option<ViewFn>,
) -> AnyView {
    let blank = rows.is_empty().then(|| empty.map(|empty| view! { <div class="table-empty">{empty.run()}</div> }));
    let (many, matrix) = (heads.len() >= MANY, heads.len() >= MATRIX);
    let head = heads.iter().map(|head| head_view(head, sorting)).collect_view();
    let actions_head =
        with_actions.then(|| view! { <th scope="col" class="fit"><span class="visually-hidden">"Actions"</span></th> });
    let changed = use_context::<ChangedRow>().map(|row| row.0.get_value()).unwrap_or_default();
    let body = rows.into_iter().map(|row| row_view(&heads, row, &changed)).collect_view();
    view! {
        {paging.above()}
        <div class="table-box" class:many=many class:matrix=matrix>
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{head}{actions_head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
            {blank}
        </div>
        {paging.below()}
    }
    .into_any()
}

fn head_view(head: &Head, sorting: Option<Sorting>) -> AnyView {
    let Some(sorting) = sorting.filter(|_| !head.sorts.is_empty()) else {
        return view! { <th scope="col" class=head.class>{head.label}</th> }.into_any();
    };
    let sorts = head.sorts.clone();
    let way = move || sorts.iter().map(|(_, sort)| sorting.way(sort)).find(|way| *way != 0);
    let links = head.sorts.iter().map(|(label, sort)| sort_link(label, sort, sorting)).collect_view();
    view! {
        <th
            scope="col"
            class=format!("sortable {}", head.class)
            aria-sort=move || way().map(|way| if way > 0 { "ascending" } else { "descending" })
        >
            {links}
        </th>
    }
    .into_any()
}

fn sort_link(label: &'static str, sort: &'static str, sorting: Sorting) -> AnyView {
    let up = sort.trim_start_matches('-');
    let next = move || match sorting.way(sort) {
        1 => format!("-{up}"),
        -1 => up.to_owned(),
        _ => sort.to_owned(),
    };
    view! {
        <a href=move || sorting.href.run((next(),)) data-sorted=move || (sorting.way(sort) != 0).then_some("true")>
            {label}
            {move || match sorting.way(sort) {
                1 => Some(view! { <Glyph icon=Icon::ChevronUp /> }),
                -1 => Some(view! { <Glyph icon=Icon::ChevronDown /> }),
                _ => None,
            }}
        </a>
    }
    .into_any()
}

/// The key of the row that was just saved: `app/page.js` leads the focus there.
#[derive(Clone, Copy)]
pub struct ChangedRow(pub StoredValue<String>);

fn row_view(heads: &[Head], row: Row, changed: &str) -> AnyView {
    let changed = (row.key == changed).then_some("");
    let cells = heads.iter().zip(row.cells).map(|(head, cell)| {
        view! { <td class=head.class data-label=head.label data-column=head.key><div class="cell">{cell}</div></td> }
    });
    view! {
        <tr data-row=row.key data-changed=changed>
            {cells.collect_view()}
            {row.actions.map(|actions| view! { <td class="row-actions">{actions}</td> })}
        </tr>
    }
    .into_any()
}
