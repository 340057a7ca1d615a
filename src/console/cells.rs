//! How lists and pages show what somebody may do.

use super::places::signs;
use crate::access::{Level, Levels, SCREENS, Screen};
use crate::ui::{self, Icon, StripItem, StripTone};
use leptos::prelude::*;

/// What `levels` opens, in short: a few screens with their levels and how many more. Read aloud as one sentence.
pub fn access_strip(label: &'static str, levels: &Levels) -> AnyView {
    strip(label, levels, 3)
}

/// What `levels` opens, and under it where, by the names of places.
pub fn access_and_places(label: &'static str, levels: &Levels, names: &[&str]) -> AnyView {
    view! { {strip(label, levels, 2)} {signs(names)} }.into_any()
}

/// Every screen that `levels` opens.
pub fn access_in_full(label: &'static str, levels: &Levels) -> AnyView {
    strip(label, levels, usize::MAX)
}

fn strip(label: &'static str, levels: &Levels, most: usize) -> AnyView {
    let item = |(screen, level): (Screen, Level)| StripItem {
        label: screen.label(),
        icon: icon(screen),
        tone: if level == Level::Full { StripTone::Full } else { StripTone::Read },
    };
    let open: Vec<StripItem> = levels.open().map(item).collect();
    let closed = open.len() < SCREENS.len();
    ui::strip(label, &open, closed, most)
}

/// The same in the navigation and wherever the screen is named.
pub fn icon(screen: Screen) -> Icon {
    match screen {
        Screen::Overview => Icon::Grid,
        Screen::Rooms => Icon::Door,
        Screen::Alerts => Icon::Bell,
        Screen::Lighting => Icon::Bulb,
        Screen::Hvac => Icon::Fan,
        Screen::Devices => Icon::Device,
        Screen::Users => Icon::User,
        Screen::Profiles => Icon::Shield,
        Screen::Sessions => Icon::Clock,
        Screen::Integrations => Icon::Plug,
        Screen::Companies => Icon::Briefcase,
        Screen::Members => Icon::Users,
        Screen::Audit => Icon::List,
        Screen::Settings => Icon::Sliders,
    }
}

/// A level as shape, word and colour, by itself in its cell.
pub fn level(level: Level) -> AnyView {
    if level == Level::None {
        return view! { <span class="muted" aria-hidden="true">"–"</span><span class="visually-hidden">"None"</span> }
            .into_any();
    }
    view! { <span class=level.word()>{level.label()}</span> }.into_any()
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
