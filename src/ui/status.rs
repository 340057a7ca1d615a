//! `StatusBadge(tone, word)`: a state as shape and word, never colour alone. `Notice(tone) children`: a paragraph that stands out.

use super::{Glyph, Icon};
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    Ok,
    #[default]
    Muted,
    Info,
    Warn,
    Danger,
}

impl Tone {
    fn word(self) -> &'static str {
        match self {
            Tone::Ok => "ok",
            Tone::Muted => "muted",
            Tone::Info => "info",
            Tone::Warn => "warn",
            Tone::Danger => "danger",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Tone::Ok => Icon::Check,
            Tone::Muted => Icon::Minus,
            Tone::Info => Icon::Info,
            Tone::Warn => Icon::Warning,
            Tone::Danger => Icon::Close,
        }
    }
}

#[component]
pub fn StatusBadge(tone: Tone, word: &'static str) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.word())>{word}</span> }
}

#[component]
pub fn Notice(tone: Tone, children: Children) -> impl IntoView {
    let icon = if tone == Tone::Danger { Icon::Warning } else { tone.icon() };
    view! { <div class=format!("notice {}", tone.word())><Glyph icon=icon /> <div>{children()}</div></div> }
}
