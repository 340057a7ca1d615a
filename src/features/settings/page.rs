//! `/settings`: what is set for everybody in the organization, and the mail that waits.

use super::api;
use super::idle_limit::{IdleLimit, Ways};
use super::mails::Mails;
use super::model::{MailServer, MailTaken, NAME_MAX, Settings, SettingsChange, SettingsView};
use crate::access::Screen;
use crate::console::done::Done;
use crate::console::form::{Saving, answering, saving_of, settled};
use crate::console::list::failed;
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::error::AppError;
use crate::types::Topic;
use crate::ui::{
    Button, Card, ErrorSummary, Facts, FormErrors, Meanwhile, Notice, PageHeader, Sent, Skeleton, TextField, Tone,
    use_toasts,
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn SettingsPage() -> impl IntoView {
    answering();
    let version = use_version(Topic::Settings);
    // Once: what is typed must outlive the changes of others.
    let settings = Resource::new(|| (), |()| api::get());
    let limit = Resource::new(move || version.get(), |_| async move { api::get().await.map(|view| view.inactivity()) });
    view! {
        <Title text="Settings" />
        <PageHeader title="Settings" />
        <div class="stack">
            <Transition fallback=|| view! { <Skeleton lines=8 /> }>
                {move || Suspend::new(async move {
                    match settings.await {
                        Ok(view) => settled(view! {
                            <div class="columns">
                                <Organization view=view.clone() />
                                <Card title="Inactivity logout" text="Sign people out after this period of inactivity.">
                                    <IdleLimit limit=limit ways=idle_limit_ways() />
                                </Card>
                                <MailCard view=view />
                            </div>
                        }
                        .into_any()).await,
                        Err(error) => failed(error, Callback::new(move |()| settings.refetch())),
                    }
                })}
            </Transition>
            <Mails />
        </div>
    }
    .into_any()
}

/// Why this viewer changes nothing of what is everybody's.
fn why_not(view: &SettingsView) -> Option<String> {
    expect_context::<Me>().why_not_write(Screen::Settings).or_else(|| view.why_not.clone())
}

/// The form with the organization's name, among those of this page.
const ORGANIZATION: &str = "organization";

#[component]
fn Organization(view: SettingsView) -> impl IntoView {
    let (why, settings) = (why_not(&view), view.settings);
    let (name, version) = (RwSignal::new(settings.name), RwSignal::new(settings.version));
    if let Some(sent) = Sent::of(ORGANIZATION) {
        sent.fill("name", name);
        sent.version().into_iter().for_each(|known| version.set(known));
    }
    let send = move || {
        let change = SettingsChange { name: Some(name.get_untracked()), ..SettingsChange::default() };
        api::edit(version.get_untracked(), change)
    };
    let (save, Saving { error, pending, .. }) = saving_of(ORGANIZATION, send, |_| Done::at("/settings"));
    let errors = FormErrors::new(error);
    let toasts = use_toasts();
    Effect::new(move |_| {
        if let Some(Ok(saved)) = save.value().get() {
            name.set(saved.settings.name);
            version.set(saved.settings.version);
            toasts.say("Settings saved");
        }
    });
    let blocked = why.is_some();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !blocked && !pending.get_untracked() {
            save.dispatch(());
        }
    };
    view! {
        <Card title="Organization">
            <form method="post" action=format!("?form={ORGANIZATION}") class="form" on:submit=submit novalidate>
                <input type="hidden" name="version" value=version.get_untracked().to_string() />
                <ErrorSummary errors=errors />
                {meanwhile(save, name, version, error)}
                <TextField name="name" label="Name" value=name error=errors.at("name") required=true readonly=blocked max_length=NAME_MAX />
                {why.clone().map(|why| view! { <p class="field-hint">{why}</p> })}
                <div><Button submit=true early=!blocked pending=pending disabled_reason=Signal::stored(why)>"Save"</Button></div>
            </form>
        </Card>
    }
    .into_any()
}

fn meanwhile(
    save: Action<(), Result<SettingsView, AppError>>,
    name: RwSignal<String>,
    version: RwSignal<i64>,
    error: Signal<Option<AppError>>,
) -> AnyView {
    let stored = StoredValue::new(None::<Settings>);
    let look = Action::new(move |(): &()| async move {
        let now = api::get().await?.settings;
        let lines = now.in_words();
        stored.set_value(Some(now));
        Ok(lines)
    });
    let known = move || stored.get_value().map(|now| version.set(now.version));
    let mine = move || {
        known();
        save.dispatch(());
    };
    let theirs = move || {
        known();
        stored.get_value().into_iter().for_each(|now| name.set(now.name));
        save.clear();
    };
    view! { <Meanwhile error=error look=look mine=mine theirs=theirs /> }.into_any()
}

#[component]
fn MailCard(view: SettingsView) -> impl IntoView {
    let (why, settings) = (why_not(&view), view.settings);
    let why = why.or_else(|| settings.mail.is_none().then(|| "No mail server is configured.".to_owned()));
    let to = RwSignal::new(expect_context::<Me>().email);
    let test = Action::new(move |(): &()| api::test_mail(to.get_untracked()));
    let errors = FormErrors::new(Signal::derive(move || test.value().get().and_then(Result::err)));
    let blocked = why.is_some();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !blocked && !test.pending().get_untracked() {
            test.dispatch(());
        }
    };
    let taken = move || match test.value().get() {
        Some(Ok(MailTaken { to, answer })) if !test.pending().get() => Some(
            view! { <Notice tone=Tone::Ok>"The mail server accepted the mail to "{to}". Server response: "{answer}</Notice> },
        ),
        _ => None,
    };
    view! {
        <Card title="Mail">
            {server(settings.mail)}
            <form method="post" class="form" on:submit=submit novalidate>
                <ErrorSummary errors=errors />
                <div role="status">{taken}</div>
                <TextField name="to" label="Send a test mail to" value=to error=errors.at("to") kind="email" autocomplete="email" readonly=blocked />
                {why.clone().map(|why| view! { <p class="field-hint">{why}</p> })}
                <div><Button submit=true pending=test.pending() disabled_reason=Signal::stored(why)>"Send test mail"</Button></div>
            </form>
        </Card>
    }
    .into_any()
}

fn server(mail: Option<MailServer>) -> AnyView {
    let Some(mail) = mail else {
        return view! {
            <Notice tone=Tone::Info>
                "No mail server is configured. Temporary passwords are shown once, so that you can pass them on. To send mail, ask whoever runs this installation to set "
                <code>"DOORWARD_SMTP_URL"</code>" and "<code>"DOORWARD_MAIL_FROM"</code>"."
            </Notice>
        }
        .into_any();
    };
    let rows = vec![
        ("Server", mail.server.into_any()),
        ("From", mail.from.into_any()),
        ("Encryption", mail.privacy.into_any()),
    ];
    view! { <Facts rows=rows /> }.into_any()
}

fn idle_limit_ways() -> Ways {
    let count = || {
        Action::new(|minutes: &i64| {
            let minutes = *minutes;
            async move { (minutes, api::idle_effect(minutes).await) }
        })
    };
    let save = || {
        Action::new(|(minutes, version): &(i64, i64)| {
            let change = SettingsChange { inactivity_minutes: Some(*minutes), ..SettingsChange::default() };
            let edited = api::edit(*version, change);
            async move { edited.await.map(|_| ()) }
        })
    };
    Ways { screen: Screen::Settings, count, save }
}
