//! What the forms of teams and API users share: the page around the fields.

use crate::console::list;
use crate::error::{AppError, Kind};
use crate::ui::{Button, ButtonKind, ButtonLink, ErrorState, ErrorSummary, FormErrors, Notice, PageHeader, Tone};
use leptos::prelude::*;
use leptos_meta::Title;

pub struct FormPage {
    pub title: String,
    /// Why nothing can be saved.
    pub why: Option<String>,
    pub error: Signal<Option<AppError>>,
    pub pending: Signal<bool>,
    /// On the button.
    pub save: &'static str,
    pub on_save: Callback<()>,
    /// Where *Cancel* leads.
    pub back: String,
    /// The form's own address: somebody else saved meanwhile, and it is loaded anew.
    pub again: String,
}

pub fn form_page(page: FormPage, fields: AnyView) -> AnyView {
    let FormPage { title, why, error, pending, save, on_save, back, again } = page;
    let blocked = why.is_some();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // One click, one row: a second one while the first is under way does nothing.
        if !blocked && !pending.get_untracked() {
            on_save.run(());
        }
    };
    let stale = Signal::derive(move || error.with(|it| it.as_ref().is_some_and(|it| it.kind == Kind::Stale)));
    view! {
        <Title text=title.clone() />
        <PageHeader title=title />
        <form method="post" class="form wide stack" on:submit=submit novalidate>
            {why.clone().map(|why| view! { <Notice tone=Tone::Info>{why}</Notice> })}
            <ErrorSummary errors=FormErrors::new(error) />
            {move || stale.get().then(|| view! { <a class="button" href=again.clone() rel="external">"Load the current version"</a> })}
            {fields}
            <div class="form-foot">
                <Button submit=true kind=ButtonKind::Primary pending=pending disabled_reason=Signal::stored(why)>{save}</Button>
                <ButtonLink href=back>"Cancel"</ButtonLink>
            </div>
        </form>
    }
    .into_any()
}

/// In the place of a page whose data did not come; `all` is on the link to its list.
pub fn failed(
    title: &'static str,
    error: AppError,
    retry: Callback<()>,
    path: &'static str,
    all: &'static str,
) -> AnyView {
    if error.kind == Kind::SignIn {
        return list::failed(error, retry);
    }
    view! {
        <Title text=title />
        <ErrorState error=error on_retry=retry><ButtonLink href=path>{all}</ButtonLink></ErrorState>
    }
    .into_any()
}
