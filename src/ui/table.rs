//! `Table(caption, columns, rows, row_key, sorting?, actions?, count?, noun?, empty?)`: a table that on a narrow place becomes one card per row.
//! `Column::new(key, label, |row| view)` with `.sort("name")` (a leading `-`: the first click sorts downwards) and `.class(..)`; `Sorting { now, href }`
//! makes the heads links, so that they work without wasm. Classes for columns: `main` (the name; title of the card), `number`, `fit`, and `wide`, `wider` (hidden
//! in a table under 1000 and 1240 px, though not in a card).

use super::{Glyph, Icon};
use crate::types::Count;
use leptos::children::ViewFn;
use leptos::prelude::*;
use std::sync::Arc;

pub struct Column<T: 'static> {
    key: &'static str,
    label: &'static str,
    sort: Option<&'static str>,
    class: &'static str,
    cell: fn(&T) -> AnyView,
}

impl<T> Column<T> {
    pub fn new(key: &'static str, label: &'static str, cell: fn(&T) -> AnyView) -> Column<T> {
        Column { key, label, sort: None, class: "", cell }
    }

    #[must_use]
    pub fn sort(mut self, sort: &'static str) -> Column<T> {
        self.sort = Some(sort);
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
}

#[derive(Clone, Copy)]
struct Head {
    key: &'static str,
    label: &'static str,
    sort: Option<&'static str>,
    class: &'static str,
}

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
    #[prop(default = None, into)] sorting: Option<Sorting>,
    /// A button or `Menu` at the end of each row.
    #[prop(optional, into)]
    actions: Option<RowActions<T>>,
    #[prop(default = None, into)] count: Option<Count>,
    /// Singular and plural.
    #[prop(default = ("row", "rows"))]
    noun: (&'static str, &'static str),
    /// Stands in for the table when there are no rows.
    #[prop(optional, into)]
    empty: Option<ViewFn>,
) -> impl IntoView {
    let heads = columns
        .iter()
        .map(|column| Head { key: column.key, label: column.label, sort: column.sort, class: column.class })
        .collect();
    let draw = |row: &T| Row {
        key: row_key(row),
        cells: columns.iter().map(|column| (column.cell)(row)).collect(),
        actions: actions.as_ref().map(|actions| (actions.0)(row)),
    };
    let rows = rows.iter().map(draw).collect();
    table_view(caption, heads, rows, sorting, actions.is_some(), count.map(|count| count_line(count, noun)), empty)
}

/// What stands at the end of a row; any closure from a row to a view.
#[derive(Clone)]
pub struct RowActions<T>(Arc<dyn Fn(&T) -> AnyView>);

impl<T, F: Fn(&T) -> AnyView + 'static> From<F> for RowActions<T> {
    fn from(draw: F) -> Self {
        RowActions(Arc::new(draw))
    }
}

fn count_line(count: Count, (one, many): (&str, &str)) -> String {
    format!("{} {}", count.text(), if count == Count::Exactly(1) { one } else { many })
}

/// Not generic, so that its code is in the wasm once.
fn table_view(
    caption: String,
    heads: Vec<Head>,
    rows: Vec<Row>,
    sorting: Option<Sorting>,
    with_actions: bool,
    count: Option<String>,
    empty: Option<ViewFn>,
) -> AnyView {
    let blank = rows.is_empty().then(|| empty.map(|empty| view! { <div class="table-empty">{empty.run()}</div> }));
    let head = heads.iter().map(|head| head_view(*head, sorting)).collect_view();
    let actions_head =
        with_actions.then(|| view! { <th scope="col" class="fit"><span class="visually-hidden">"Actions"</span></th> });
    let body = rows.into_iter().map(|row| row_view(&heads, row)).collect_view();
    view! {
        <div class="table-box">
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{head}{actions_head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
            {blank}
        </div>
        <p class="count" aria-live="polite">{count}</p>
    }
    .into_any()
}

fn head_view(head: Head, sorting: Option<Sorting>) -> AnyView {
    let (Some(sort), Some(sorting)) = (head.sort, sorting) else {
        return view! { <th scope="col" class=head.class>{head.label}</th> }.into_any();
    };
    let up = sort.trim_start_matches('-');
    // 0: not by this column; 1: upwards; -1: downwards.
    let way = move || {
        sorting.now.with(|now| {
            if now == up {
                1
            } else if now.strip_prefix('-') == Some(up) {
                -1
            } else {
                0
            }
        })
    };
    let next = move || match way() {
        1 => format!("-{up}"),
        -1 => up.to_owned(),
        _ => sort.to_owned(),
    };
    view! {
        <th
            scope="col"
            class=format!("sortable {}", head.class)
            aria-sort=move || match way() { 1 => Some("ascending"), -1 => Some("descending"), _ => None }
        >
            <a href=move || sorting.href.run((next(),))>
                {head.label}
                {move || match way() {
                    1 => Some(view! { <Glyph icon=Icon::ChevronUp /> }),
                    -1 => Some(view! { <Glyph icon=Icon::ChevronDown /> }),
                    _ => None,
                }}
            </a>
        </th>
    }
    .into_any()
}

fn row_view(heads: &[Head], row: Row) -> AnyView {
    let cells = heads.iter().zip(row.cells).map(|(head, cell)| {
        view! { <td class=head.class data-label=head.label data-column=head.key>{cell}</td> }
    });
    view! {
        <tr data-row=row.key>
            {cells.collect_view()}
            {row.actions.map(|actions| view! { <td class="row-actions">{actions}</td> })}
        </tr>
    }
    .into_any()
}
