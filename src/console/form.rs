//! The form of a thing on a page of its own, solved once: the head, why nothing can be saved, what is wrong, the fields, the
//! buttons, and the draft. `FormPage` describes it; the fields are the feature's.

use crate::browser;
use crate::console::draft::FormDraft;
use crate::console::list;
use crate::error::{AppError, Kind};
use crate::ui::{Button, ButtonKind, ButtonLink, ErrorState, ErrorSummary, FormErrors, Notice, PageHeader, Tone};
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;

/// What has become of saving.
#[derive(Clone, Copy)]
pub struct Saving {
    pub error: Signal<Option<AppError>>,
    pub pending: Signal<bool>,
    pub done: Signal<bool>,
}

impl Saving {
    pub fn of<I, O>(save: Action<I, Result<O, AppError>>) -> Saving
    where
        I: Send + Sync + 'static,
        O: Clone + Send + Sync + 'static,
    {
        Saving {
            error: Signal::derive(move || save.value().with(|value| value.as_ref()?.as_ref().err().cloned())),
            pending: save.pending().into(),
            done: Signal::derive(move || save.value().with(|value| matches!(value, Some(Ok(_))))),
        }
    }
}

pub struct FormPage {
    pub title: String,
    /// What saving gives, in sentences; it stands beside the buttons.
    pub summary: Signal<Vec<String>>,
    /// Why nothing can be saved.
    pub why: Option<String>,
    /// Why it cannot be saved yet.
    pub missing: Signal<Option<String>>,
    pub errors: FormErrors,
    pub saving: Saving,
    pub draft: FormDraft,
    /// On the button.
    pub save: &'static str,
    pub on_save: Callback<()>,
    /// Where *Cancel* leads.
    pub back: String,
    /// Between what is wrong and the fields: notices, and what somebody else saved meanwhile.
    pub above: AnyView,
}

pub fn form_page(page: FormPage, fields: AnyView) -> AnyView {
    let FormPage { title, summary, why, missing, errors, saving, draft, save, on_save, back, above } = page;
    let held = why.clone();
    let reason = Signal::derive(move || held.clone().or_else(|| missing.get()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // One click, one row: a second one while the first is under way does nothing.
        if reason.with_untracked(Option::is_none) && !saving.pending.get_untracked() {
            on_save.run(());
        }
    };
    let node = NodeRef::<html::Form>::new();
    let kept = why.is_none().then(|| draft.kept(node, saving.done));
    view! {
        <Title text=title.clone() />
        <PageHeader title=title />
        <form node_ref=node method="post" class="form-page" on:submit=submit on:input=move |event| errors.mend(browser::field_of(&event)) novalidate>
            <div class="stack">
                {why.map(|why| view! { <Notice tone=Tone::Info>{why}</Notice> })}
                {kept}
                <ErrorSummary errors=errors />
                {above}
                {fields}
            </div>
            <div class="form-side">
                {move || said(summary.get())}
                <div class="form-foot">
                    <Button submit=true kind=ButtonKind::Primary pending=saving.pending disabled_reason=reason>{save}</Button>
                    <ButtonLink href=back>"Cancel"</ButtonLink>
                </div>
            </div>
        </form>
    }
    .into_any()
}

fn said(lines: Vec<String>) -> Option<AnyView> {
    let some = !lines.is_empty();
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    some.then(|| view! { <section class="form-summary" aria-label="What saving gives">{lines}</section> }.into_any())
}

/// After a conflict, where the form does not say what somebody else changed: a link to the form itself, loaded anew.
pub fn load_anew(error: Signal<Option<AppError>>, form: String) -> AnyView {
    let stale = Signal::derive(move || error.with(|it| it.as_ref().is_some_and(|it| it.kind == Kind::Stale)));
    let link = move || {
        stale.get().then(|| view! { <a class="button" href=form.clone() rel="external">"Load the current version"</a> })
    };
    link.into_any()
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
