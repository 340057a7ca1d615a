//! `Skeleton(lines?)` and `TableSkeleton(rows?, columns?)`: grey shapes where content is on its way.

use leptos::prelude::*;

#[component]
pub fn Skeleton(#[prop(default = 3)] lines: usize) -> impl IntoView {
    view! {
        <div class="skeleton" aria-busy="true">
            <span class="visually-hidden">"Loading…"</span>
            {(0..lines).map(|_| view! { <span class="bone"></span> }).collect_view()}
        </div>
    }
}

#[component]
pub fn TableSkeleton(#[prop(default = 8)] rows: usize, #[prop(default = 5)] columns: usize) -> impl IntoView {
    let row = |_| {
        let cells = (0..columns).map(|_| view! { <span class="bone"></span> }).collect_view();
        view! { <div class="skeleton-row">{cells}</div> }
    };
    view! {
        <div class="skeleton table-box" aria-busy="true">
            <span class="visually-hidden">"Loading…"</span>
            {(0..rows).map(row).collect_view()}
        </div>
    }
}
