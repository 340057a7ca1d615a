//! What somebody may do: each screen with its level, where, and what gives it.

use super::model::Permission;
use crate::access::{SCREENS, Screen};
use crate::console::cells::{level, table};
use crate::console::places::signs;
use crate::ui::{Ago, Card, Time};
use leptos::prelude::*;
use std::collections::BTreeSet;

pub fn permissions(held: Vec<Permission>, first: &str) -> AnyView {
    let open: BTreeSet<Screen> = held.iter().map(|line| line.screen).collect();
    let title = format!("Access to {} of {} screens", open.len(), SCREENS.len());
    let closed: Vec<&str> =
        SCREENS.iter().map(|row| row.screen).filter(|screen| !open.contains(screen)).map(Screen::label).collect();
    let closed =
        (!closed.is_empty()).then(|| view! { <p class="muted">{format!("No access to {}.", closed.join(", "))}</p> });
    if held.is_empty() {
        let none = format!("{first} has no active grants.");
        return view! { <Card title="Access"><p>{none}</p></Card> }.into_any();
    }
    let rows = held.into_iter().map(row).collect_view().into_any();
    view! {
        <Card title=title>
            {table("Access", &["Screen", "Level", "Where", "Because of", "Until"], rows)}
            {closed}
        </Card>
    }
    .into_any()
}

fn row(line: Permission) -> AnyView {
    let names: Vec<&str> = line.places.iter().map(String::as_str).collect();
    let place = if names.is_empty() { "Everywhere".into_any() } else { signs(&names) };
    let by = (!line.by.is_empty()).then(|| format!(" by {}", line.by));
    let until = match line.until {
        Some(at) => view! { <Time at=at /> }.into_any(),
        None => view! { <span class="muted">"No end"</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="main" data-label="Screen">{line.screen.label()}</td>
            <td data-label="Level">{level(line.level)}</td>
            <td data-label="Where">{place}</td>
            <td data-label="Because of">
                {line.because}
                <span class="under">"since " <Ago at=line.since /> {by}</span>
            </td>
            <td data-label="Until">{until}</td>
        </tr>
    }
    .into_any()
}
