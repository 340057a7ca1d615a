//! `Card(title) children`: a bordered part of a page. `Facts(rows)`: terms and values under each other.

use leptos::prelude::*;

#[component]
pub fn Card(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{title}</h2>
                {move || text.get().map(|text| view! { <p>{text}</p> })}
            </div>
            {children()}
        </section>
    }
}

#[component]
pub fn Facts(rows: Vec<(&'static str, AnyView)>) -> impl IntoView {
    let row = |(term, value): (&'static str, AnyView)| view! { <div><dt>{term}</dt><dd>{value}</dd></div> };
    view! { <dl class="facts">{rows.into_iter().map(row).collect_view()}</dl> }
}
