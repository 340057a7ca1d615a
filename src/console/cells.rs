//! How lists and pages show what somebody may do.

use crate::access::{Level, Levels};
use crate::ui::{Strip, StripItem, StripTone};
use leptos::prelude::*;

/// A compact none / read / full strip over all screens, read aloud as one sentence.
pub fn access_strip(label: &str, levels: &Levels) -> AnyView {
    let tone = |level| match level {
        Level::None => StripTone::None,
        Level::Read => StripTone::Read,
        Level::Full => StripTone::Full,
    };
    let items = levels.all().map(|(screen, level)| StripItem { label: screen.label().to_owned(), tone: tone(level) });
    let items: Vec<StripItem> = items.collect();
    view! { <Strip label=label.to_owned() items=items /> }.into_any()
}

/// A level as word and colour.
pub fn level(level: Level) -> AnyView {
    view! { <span class=format!("lv {}", level.word())>{level.label()}</span> }.into_any()
}

/// What a row has of something, or that it has none: an empty cell could mean either.
pub fn or_none(text: String) -> AnyView {
    if text.is_empty() { view! { <span class="muted">"None"</span> }.into_any() } else { text.into_any() }
}

/// `Technician +4`
pub fn names_in_short(all: &[String]) -> AnyView {
    match all.split_first() {
        None => or_none(String::new()),
        Some((first, others)) => names(first.clone().into_any(), others),
    }
}

/// The first of some names and how many more there are: those under the pointer, and for who has none.
pub fn names(first: AnyView, others: &[String]) -> AnyView {
    let more = (!others.is_empty()).then(|| {
        let rest = others.join(", ");
        view! {
            " "
            <span class="more" title=rest.clone()>
                <span aria-hidden="true">{format!("+{}", others.len())}</span>
                <span class="visually-hidden">{format!(", {rest}")}</span>
            </span>
        }
    });
    view! { {first} {more} }.into_any()
}

/// `Rooms full`, `Alerts read`
pub fn words(levels: &Levels) -> Vec<String> {
    levels.open().map(|(screen, level)| format!("{} {}", screen.label(), level.word())).collect()
}

/// A small table without sorting, pages or count.
pub fn table(caption: &'static str, heads: &[&'static str], rows: AnyView) -> AnyView {
    let heads = heads.iter().map(|head| view! { <th scope="col">{*head}</th> }).collect_view();
    view! {
        <div class="table-box">
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
