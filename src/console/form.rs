//! The form of a thing on a page of its own, solved once: the head, why nothing can be saved, what is wrong, the fields, the
//! buttons, and the draft. `FormPage` describes it; the fields are the feature's.

use crate::browser;
use crate::console::done::Done;
use crate::console::draft::FormDraft;
use crate::console::list;
use crate::console::sending::{self, of_request};
use crate::error::{AppError, Kind};
use crate::ui::{
    Button, ButtonKind, ButtonLink, ErrorState, ErrorSummary, FormErrors, Notice, PageHeader, Sent, Skeleton, Tone,
};
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What has become of saving.
#[derive(Clone, Copy)]
pub struct Saving {
    pub error: Signal<Option<AppError>>,
    pub pending: Signal<bool>,
    pub done: Signal<bool>,
}

/// The act of a form's button, which `send` does, and what has become of it. `done` is what whoever sent the form without the
/// application is told.
pub fn saving<O, F>(
    send: impl Fn() -> F + Clone + Send + Sync + 'static,
    done: impl FnOnce(O) -> Done + Send + 'static,
) -> (Action<(), Result<O, AppError>>, Saving)
where
    O: Clone + Send + Sync + 'static,
    F: Future<Output = Result<O, AppError>> + Send + 'static,
{
    saving_of("", send, done)
}

/// The same for one form of a page that has several: its `action` names it, `?form=…`.
pub fn saving_of<O, F>(
    form: &str,
    send: impl Fn() -> F + Clone + Send + Sync + 'static,
    done: impl FnOnce(O) -> Done + Send + 'static,
) -> (Action<(), Result<O, AppError>>, Saving)
where
    O: Clone + Send + Sync + 'static,
    F: Future<Output = Result<O, AppError>> + Send + 'static,
{
    let sent = Sent::of(form);
    if sent.is_some() {
        sending::offer(send.clone(), done);
    }
    let save = Action::new(move |(): &()| send());
    (save, Saving::of(save, sent.and_then(Sent::error)))
}

impl Saving {
    /// `at_first`: why it was not saved before the application had started.
    fn of<O: Clone + Send + Sync + 'static>(
        save: Action<(), Result<O, AppError>>,
        at_first: Option<AppError>,
    ) -> Saving {
        let at_first = StoredValue::new(at_first);
        let error = move |value: Option<&Result<O, AppError>>| match value {
            Some(answer) => answer.as_ref().err().cloned(),
            None => at_first.get_value(),
        };
        Saving {
            error: Signal::derive(move || save.value().with(|value| error(value.as_ref()))),
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
    /// Of what is edited, as it was read.
    pub version: Option<i64>,
    /// On the button.
    pub save: &'static str,
    pub on_save: Callback<()>,
    /// Where *Cancel* leads.
    pub back: String,
    /// Between what is wrong and the fields: notices, and what somebody else saved meanwhile.
    pub above: AnyView,
}

pub fn form_page(page: FormPage, fields: AnyView) -> AnyView {
    let FormPage { title, summary, why, missing, errors, saving, draft, version, save, on_save, back, above } = page;
    let held = why.clone();
    // Until then the form is sent all the same, and the server sees to it.
    let started = RwSignal::new(false);
    Effect::new(move |_| started.set(true));
    let reason = Signal::derive(move || held.clone().or_else(|| missing.get().filter(|_| started.get())));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // One click, one row: a second one while the first is under way does nothing.
        if reason.with_untracked(Option::is_none) && !saving.pending.get_untracked() {
            on_save.run(());
        }
    };
    let node = NodeRef::<html::Form>::new();
    let (early, kept) = (why.is_none(), why.is_none().then(|| draft.kept(node, saving.done)));
    view! {
        <Title text=title.clone() />
        <PageHeader title=title />
        <form node_ref=node method="post" class="form-page" on:submit=submit on:input=move |event| errors.mend(browser::field_of(&event)) novalidate>
            {version.map(|version| view! { <input type="hidden" name="version" value=version.to_string() /> })}
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
                    <Button submit=true early=early kind=ButtonKind::Primary pending=saving.pending disabled_reason=reason>{save}</Button>
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

/// The page of a form, once what was sent without the application is saved.
pub async fn settled(page: AnyView) -> AnyView {
    sending::settle().await;
    page
}

/// Tells the forms of a page what was sent to it before the application had started.
pub fn answering() {
    if let Some(sent) = SharedValue::new(of_request::<Sent>).into_inner() {
        provide_context(sent);
    }
}

/// The list that a form belongs to, for who does not get the form: what one of its rows is, where it is, and the link to it.
#[derive(Clone, Copy)]
pub struct Of {
    pub title: &'static str,
    pub path: &'static str,
    pub all: &'static str,
}

/// The page of a form over what `load` gives for the id in the address, or for something new.
pub fn form_over<T, F>(of: Of, load: fn(Option<String>) -> F, form: fn(T) -> AnyView) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    answering();
    let params = use_params_map();
    let data = Resource::new(move || params.with(|params| params.get("id")), load);
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=8 /> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(data) => settled(form(data)).await,
                    Err(error) => failed(of, error, Callback::new(move |()| data.refetch())),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// In the place of a page whose data did not come.
pub fn failed(Of { title, path, all }: Of, error: AppError, retry: Callback<()>) -> AnyView {
    if error.kind == Kind::SignIn {
        return list::failed(error, retry);
    }
    view! {
        <Title text=title />
        <ErrorState error=error on_retry=retry><ButtonLink href=path>{all}</ButtonLink></ErrorState>
    }
    .into_any()
}
