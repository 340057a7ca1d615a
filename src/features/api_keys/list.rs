//! What the list of keys and its dialogs share.

use super::model::KeyRow;
use crate::ui::{Icon, StatusBadge, Time, Tone};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// When a key runs out, or that it has.
pub fn expiry(row: &KeyRow) -> AnyView {
    let expired = row.expired.then(|| view! { <StatusBadge tone=Tone::Warn word="Expired" icon=Icon::Clock /> " " });
    match row.key.expires_at {
        Some(at) => view! { {expired} <Time at=at /> }.into_any(),
        None => view! { <span class="muted">"Never"</span> }.into_any(),
    }
}

/// The URL of the same list with one parameter changed; a change of what is listed leads to its first page.
pub fn with_param(map: &ParamsMap, key: &str, value: &str) -> String {
    let mut map = map.clone();
    let dialogs = ["show", "revoke"];
    for dialog in dialogs {
        map.remove(dialog);
    }
    if !dialogs.contains(&key) {
        map.remove("cursor");
        map.remove(key);
    }
    if !value.is_empty() {
        map.insert(key.to_owned(), value.to_owned());
    }
    format!("/me/api-keys{}", map.to_query_string())
}
