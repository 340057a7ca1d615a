//! What the list of keys and its dialogs share.

use super::model::KeyRow;
use crate::console::tabs::API_KEYS;
use crate::ui::{StatusBadge, Time, Tone};
use leptos::prelude::*;

pub const PATH: &str = API_KEYS;

/// When a key runs out, or that it has.
pub fn expiry(row: &KeyRow) -> AnyView {
    let expired = row.expired.then(|| view! { <StatusBadge tone=Tone::Warn word="Expired" /> " " });
    match row.key.expires_at {
        Some(at) => view! { {expired} <Time at=at /> }.into_any(),
        None => view! { <span class="muted">"Never"</span> }.into_any(),
    }
}
