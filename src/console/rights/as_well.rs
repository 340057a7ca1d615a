//! What a limit to places leaves closed, because what those screens show belongs to no place, and *Include them anyway*: a second grant, on everything.

use crate::access::Levels;
use crate::console::cells::words;
use crate::ui::{Checkbox, Notice, Tone};
use leptos::prelude::*;

/// Of what is granted at places: what stays closed there.
pub fn closed(levels: &Levels) -> Levels {
    levels.open().filter(|(screen, _)| !screen.has_places()).collect()
}

/// What *Include them anyway* gives: what is held, as long as nobody chose otherwise, else what is closed.
pub fn offered(unchanged: bool, held: Levels, closed: Levels) -> Levels {
    if unchanged && !held.is_empty() { held } else { closed }
}

/// The warning and the offer; none where nothing is closed and nothing held.
pub fn as_well(closed: &Levels, offered: &Levels, open: RwSignal<bool>) -> Option<AnyView> {
    if offered.is_empty() {
        return None;
    }
    let names = closed.open().map(|(screen, _)| screen.label()).collect::<Vec<_>>().join(", ");
    let label = if names.is_empty() { "Own permissions on everything" } else { "Include them anyway" };
    let notice = (!names.is_empty()).then(|| view! {
        <Notice tone=Tone::Warn>"These screens aren't tied to a place, so choosing places leaves them out: " {names} "."</Notice>
    });
    let hint = words(offered).join(", ");
    Some(view! { {notice} <Checkbox name="organization_levels" label=label value=open hint=hint /> }.into_any())
}
