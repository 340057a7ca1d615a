//! `ConfirmDialog(title, action_label, pending, error, on_confirm, on_close, text?, consequences?, type_to_confirm?, disabled_reason?, kind?)`:
//! names what is hit and what follows ("Closes 1 active session."); with `type_to_confirm` the name must be typed first.
//! `Consequences(lines)`: what follows, for other dialogs.

use super::{ButtonKind, FormDialog, Glyph, Icon, TextField};
use crate::error::AppError;
use leptos::prelude::*;

#[component]
pub fn ConfirmDialog(
    /// `Disable Erika Mustermann?`
    #[prop(into)]
    title: String,
    /// `Disable`, not `OK`.
    #[prop(into)]
    action_label: String,
    #[prop(into)] pending: Signal<bool>,
    #[prop(into)] error: Signal<Option<AppError>>,
    #[prop(into)] on_confirm: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(optional, into)] text: MaybeProp<String>,
    #[prop(optional)] consequences: Vec<String>,
    #[prop(default = None, into)] type_to_confirm: Option<String>,
    /// Why it cannot be done at all.
    #[prop(optional_no_strip)]
    disabled_reason: Option<String>,
    #[prop(default = ButtonKind::Danger)] kind: ButtonKind,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let wanted = type_to_confirm.clone();
    let missing = Signal::derive(move || {
        let missing = wanted.as_ref().filter(|wanted| typed.with(|typed| typed.trim() != **wanted));
        disabled_reason.clone().or_else(|| missing.map(|wanted| format!("Type “{wanted}” first.")))
    });
    view! {
        <FormDialog title=title submit_label=action_label pending=pending error=error on_submit=on_confirm on_close=on_close kind=kind disabled_reason=missing>
            {move || text.get().map(|text| view! { <p>{text}</p> })}
            <Consequences lines=consequences />
            {type_to_confirm.map(|name| view! {
                <TextField name="confirm" label=format!("Type “{name}” to confirm") value=typed required=true />
            })}
        </FormDialog>
    }
    .into_any()
}

#[component]
pub fn Consequences(lines: Vec<String>) -> impl IntoView {
    let line = |line: String| view! { <li><Glyph icon=Icon::ChevronRight /> <span>{line}</span></li> };
    (!lines.is_empty())
        .then(|| view! { <ul class="consequences">{lines.into_iter().map(line).collect_view()}</ul> })
        .into_any()
}
