//! `ConfirmDialog(title, action_label, pending, error, on_confirm, on_close, text?, consequences?, type_to_confirm?, kind?)`:
//! names what is hit and what follows ("Closes 1 active session."); with `type_to_confirm` the name must be typed first.

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
    #[prop(default = ButtonKind::Danger)] kind: ButtonKind,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let wanted = type_to_confirm.clone();
    let missing = Signal::derive(move || {
        let wanted = wanted.as_ref()?;
        (typed.with(|typed| typed.trim() != wanted)).then(|| format!("Type “{wanted}” first."))
    });
    let lines =
        consequences.into_iter().map(|line| view! { <li><Glyph icon=Icon::ChevronRight /> <span>{line}</span></li> });
    let lines = lines.collect::<Vec<_>>();
    view! {
        <FormDialog title=title submit_label=action_label pending=pending error=error on_submit=on_confirm on_close=on_close kind=kind disabled_reason=missing>
            {move || text.get().map(|text| view! { <p>{text}</p> })}
            {(!lines.is_empty()).then(|| view! { <ul class="consequences">{lines}</ul> })}
            {type_to_confirm.map(|name| view! {
                <TextField name="confirm" label=format!("Type “{name}” to confirm") value=typed required=true />
            })}
        </FormDialog>
    }
    .into_any()
}
