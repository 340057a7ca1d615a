//! `/me`: the personal center. Behind a temporary password it is the only page there is.

use super::api::{self, ChangePassword};
use super::model::{PasswordChange, Refused};
use crate::access::Gate;
use crate::browser;
use crate::console::done::Done;
use crate::console::form::{Saving, answering, saving_of, settled};
use crate::console::me::Me;
use crate::console::sending::of_request;
use crate::console::tabs::PersonalTabs;
use crate::ui::{
    Button, ButtonKind, Card, Checkbox, ErrorSummary, Facts, FormErrors, Notice, PageHeader, PasswordField, Sent,
    TextField, Tone, use_toasts,
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn MePage() -> impl IntoView {
    answering();
    let me = expect_context::<Me>();
    let gated = me.gate == Some(Gate::PasswordChangeRequired);
    let outside = me.gate == Some(Gate::NoMembership);
    view! {
        <Title text="Personal" />
        <PageHeader title="Personal" text="Your account, password and access." />
        <PersonalTabs current="/me" />
        {gated.then(|| view! {
            <Notice tone=Tone::Warn>
                "Choose your own password and check your details to continue."
            </Notice>
        })}
        {outside.then(|| view! {
            <Notice tone=Tone::Warn>
                "You're not an active user of any organization. Ask an administrator to enable you."
            </Notice>
        })}
        <div class="columns">
            <PasswordCard me=me.clone() />
            {(!gated).then(|| details(me.clone()))}
            <AccessCard me=me />
        </div>
    }
    .into_any()
}

#[component]
fn PasswordCard(me: Me) -> impl IntoView {
    let gated = me.gate == Some(Gate::PasswordChangeRequired);
    let (current, new, again) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let revoke_keys = RwSignal::new(false);
    let kind = if gated { ButtonKind::Primary } else { ButtonKind::Secondary };
    // The form may have been sent before this page was alive, and was refused then.
    let (typed, refused) = match SharedValue::new(of_request::<Refused>).into_inner() {
        Some(refused) => ((refused.name, refused.email), Some(refused.error)),
        None => ((me.name, me.email), None),
    };
    let (name, email, version) = (RwSignal::new(typed.0), RwSignal::new(typed.1), me.version);
    let change = ServerAction::<ChangePassword>::new();
    let refused = StoredValue::new(refused);
    let error = Signal::derive(move || {
        change.value().get().map_or_else(|| refused.get_value(), |done: Result<_, _>| done.err())
    });
    let errors = FormErrors::new(error);
    let toasts = use_toasts();
    Effect::new(move |_| {
        if change.value().with(Option::is_some) {
            browser::hold_page(false);
        }
        if change.value().with(|done| matches!(done, Some(Ok(())))) {
            // Behind the gate nothing was loaded that would still be right.
            if gated {
                browser::navigate_hard("/");
            }
            for field in [current, new, again] {
                field.set(String::new());
            }
            revoke_keys.set(false);
            toasts.say("Password changed");
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // The answer brings the session's new cookie. The news of the change may be here before it.
        browser::hold_page(true);
        change.dispatch(ChangePassword {
            change: PasswordChange {
                current: current.get_untracked(),
                new: new.get_untracked(),
                again: again.get_untracked(),
                name: if gated { name.get_untracked() } else { String::new() },
                email: if gated { email.get_untracked() } else { String::new() },
                version: Some(version),
                revoke_api_keys: revoke_keys.get_untracked(),
            },
        });
    };
    view! {
        <Card title="Password">
            <form method="post" on:submit=submit class="form" novalidate>
                <ErrorSummary errors=errors />
                // For password managers: whose password this is.
                <input type="text" name="username" autocomplete="username" value=me.username hidden readonly />
                {gated.then(|| view! {
                    <TextField name="name" label="Name" value=name error=errors.at("name") required=true autocomplete="name" />
                    <TextField name="email" label="Email" value=email error=errors.at("email") required=true kind="email" autocomplete="email" />
                })}
                <PasswordField name="current" label="Current password" value=current error=errors.at("current")
                    autocomplete="current-password" required=true />
                <PasswordField name="new" label="New password" value=new error=errors.at("new") autocomplete="new-password"
                    hint="15 to 128 characters. A few unrelated words are easy to remember and hard to guess." required=true />
                <PasswordField name="again" label="New password again" value=again error=errors.at("again")
                    autocomplete="new-password" required=true />
                <Checkbox name="revoke_api_keys" label="Revoke all your API keys" value=revoke_keys
                    hint="Do this if someone else may have known your password. Scripts that use the keys stop working." />
                <div><Button kind=kind submit=true early=true pending=change.pending()>"Change password"</Button></div>
            </form>
        </Card>
    }
    .into_any()
}

/// The form with one's name, email and phone, among those of this page.
const DETAILS: &str = "details";

fn details(me: Me) -> AnyView {
    let card = move || {
        let card = view! { <DetailsCard me=me.clone() /> }.into_any();
        Suspend::new(settled(card))
    };
    view! { <Suspense>{card}</Suspense> }.into_any()
}

#[component]
fn DetailsCard(me: Me) -> impl IntoView {
    let (name, email, phone) = (RwSignal::new(me.name), RwSignal::new(me.email), RwSignal::new(me.phone));
    let version = RwSignal::new(me.version);
    if let Some(sent) = Sent::of(DETAILS) {
        [("name", name), ("email", email), ("phone", phone)]
            .into_iter()
            .for_each(|(field, value)| sent.fill(field, value));
        sent.version().into_iter().for_each(|known| version.set(known));
    }
    let send =
        move || api::edit(name.get_untracked(), email.get_untracked(), phone.get_untracked(), version.get_untracked());
    let (edit, Saving { error, pending, done }) = saving_of(DETAILS, send, |()| Done::at("/me"));
    let errors = FormErrors::new(error);
    let toasts = use_toasts();
    Effect::new(move |_| {
        if done.get() {
            version.update(|version| *version += 1);
            toasts.say("Details saved");
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        edit.dispatch(());
    };
    view! {
        <Card title="Details">
            <form method="post" action=format!("?form={DETAILS}") on:submit=submit class="form" novalidate>
                <ErrorSummary errors=errors />
                <input type="hidden" name="version" value=version.get_untracked().to_string() />
                <TextField name="name" label="Name" value=name error=errors.at("name") required=true autocomplete="name" />
                <TextField name="email" label="Email" value=email error=errors.at("email") required=true kind="email" autocomplete="email" />
                <TextField name="phone" label="Phone" value=phone error=errors.at("phone") kind="tel" autocomplete="tel"
                    hint="Include the country code, for example +65 6123 4567." />
                <div><Button submit=true early=true pending=pending>"Save"</Button></div>
            </form>
        </Card>
    }
    .into_any()
}

#[component]
fn AccessCard(me: Me) -> impl IntoView {
    let organization = me.organization.map_or_else(|| "None".to_owned(), |organization| organization.name);
    let open: Vec<String> =
        me.levels.open().map(|(screen, level)| format!("{} ({})", screen.label(), level.word())).collect();
    let screens = if open.is_empty() { "None yet".to_owned() } else { open.join(", ") };
    let text = |value: String| value.into_any();
    let rows = vec![
        ("Username", text(me.username)),
        ("Organization", text(organization)),
        ("Role", text(me.role.label().to_owned())),
        ("Screens", text(screens)),
    ];
    view! { <Card title="Your access"><Facts rows=rows /></Card> }.into_any()
}
