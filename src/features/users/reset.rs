//! A new password for somebody else: the dialog that sets it, and what it, like adding a user, hands over once.

use super::acts::{Acts, Open, consequences};
use super::api;
use super::model::{PasswordSetup, User, UserView};
use crate::console::done::Handed;
use crate::error::{AppError, FieldError};
use crate::ui::{
    Button, ButtonKind, Checkbox, Choice, Consequences, Dialog, FormDialog, FormErrors, OnceDialog, PasswordField,
    RadioGroup,
};
use leptos::prelude::*;

/// What becomes of a password that is made and not mailed.
pub const SHOWN: &str = "You'll see a temporary password to pass on.";

pub fn passwords_differ() -> AppError {
    AppError::invalid(vec![FieldError::new("again", "different", "The passwords don't match.")])
}

/// Ticked, the keys live on; none where there is nothing to keep.
fn keys_to_keep(names: &[String], keep: RwSignal<bool>) -> Option<AnyView> {
    let label = match names {
        [] => return None,
        [only] => format!("Keep their API key: {only}"),
        [first, .., last] if names.len() > LISTED => format!("Keep their {} API keys: {first} … {last}", names.len()),
        names => format!("Keep their {} API keys: {}", names.len(), names.join(", ")),
    };
    let hint = "Unless you keep them, they're revoked. Anyone who knew the password may have created keys.";
    Some(view! { <Checkbox name="keep_api_keys" label=label value=keep hint=hint /> }.into_any())
}

/// More keys than this are counted, not listed.
const LISTED: usize = 10;

#[component]
pub(super) fn ResetDialog(open: Open, acts: Acts, why: Option<String>) -> impl IntoView {
    let Open { act, view: UserView { user, .. }, follows, .. } = open;
    let mode = RwSignal::new("auto".to_owned());
    let (value, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let differs = RwSignal::new(None::<AppError>);
    let hint = if follows.mail {
        format!("A temporary password will be emailed to {}.", user.email)
    } else {
        SHOWN.to_owned()
    };
    let hint = StoredValue::new(hint);
    let keep = RwSignal::new(false);
    let run = Action::new(move |setup: &PasswordSetup| {
        api::reset_password(user.id.clone(), setup.clone(), keep.get_untracked())
    });
    let error = Signal::derive(move || differs.get().or_else(|| run.value().get().and_then(Result::err)));
    let errors = FormErrors::new(error);
    let submit = move || {
        let custom = mode.get_untracked() == "custom";
        differs.set((custom && value.get_untracked() != again.get_untracked()).then(passwords_differ));
        if differs.with_untracked(Option::is_none) {
            let typed = || PasswordSetup::Custom { value: value.get_untracked() };
            run.dispatch(if custom { typed() } else { PasswordSetup::Auto });
        }
    };
    let title = StoredValue::new(format!("Reset password for {}?", user.name));
    let (why, follows) = (StoredValue::new(why), StoredValue::new(follows));
    let form = move || {
        view! {
            <FormDialog title=title.get_value() submit_label="Reset password" pending=run.pending() error=error
                disabled_reason=Signal::stored(why.get_value()) on_submit=submit on_close=acts.over.close>
                <p>"They'll have 72 hours to sign in and choose their own."</p>
                <Consequences lines=follows.with_value(|follows| consequences(act, follows)) />
                {follows.with_value(|follows| keys_to_keep(&follows.keys, keep))}
                {new_password(mode, hint.get_value(), (value, again), errors)}
            </FormDialog>
        }
        .into_any()
    };
    move || match run.value().get() {
        Some(Ok(done)) => handed_over(done.user, move || acts.done("Password reset".to_owned())),
        _ => form(),
    }
}

fn new_password(
    mode: RwSignal<String>,
    hint: String,
    (value, again): (RwSignal<String>, RwSignal<String>),
    errors: FormErrors,
) -> AnyView {
    let options = vec![Choice::new("auto", "Auto-generate").hint(hint), Choice::new("custom", "Set manually")];
    view! {
        <RadioGroup name="mode" label="Password" options=options value=mode />
        {move || (mode.get() == "custom").then(|| view! {
            <PasswordField name="value" label="New password" value=value error=errors.at("password") autocomplete="new-password" required=true />
            <PasswordField name="again" label="New password again" value=again error=errors.at("again") autocomplete="new-password" required=true />
        })}
    }
    .into_any()
}

/// The same for a page without the application.
pub fn to_hand_over(user: User) -> Handed {
    let name = user.name;
    let (title, text, secret) = match (user.password_mailed_to, user.temporary_password) {
        (None, Some(password)) => (
            "Share the password",
            format!("Give it to {name}. It works once, within 72 hours. They'll then choose their own."),
            Some(("Temporary password", password)),
        ),
        (Some(to), _) => (
            "Password on its way",
            format!("A temporary password will be emailed to {to}. It works for 72 hours after that."),
            None,
        ),
        (None, None) => (
            "Share the password",
            format!("Give the password to {name}. They have 72 hours to sign in with it and choose their own."),
            None,
        ),
    };
    Handed { title: title.to_owned(), secrets: secret.into_iter().collect(), text }
}

/// The temporary password, this once; without one, what happens next.
pub fn handed_over(user: User, on_close: impl Into<Callback<()>>) -> AnyView {
    let (name, on_close) = (user.name, on_close.into());
    let (title, body) = match (user.password_mailed_to, user.temporary_password) {
        (None, Some(password)) => {
            return view! {
                <OnceDialog title="Share the password" label="Temporary password" secret=password on_done=on_close>
                    <p>"Give it to "{name}". It works once, within 72 hours. They'll then choose their own."</p>
                </OnceDialog>
            }
            .into_any();
        }
        (Some(to), _) => ("Password on its way", view! {
            <p>"A temporary password will be emailed to "{to}". It works for 72 hours after that. They'll choose their own at sign-in."</p>
            <p>"If it doesn't arrive, reset the password again or set one yourself. Unsent mail is listed under Settings."</p>
        }
        .into_any()),
        (None, None) => ("Share the password", view! { <p>"Give the password to "{name}". They have 72 hours to sign in with it and choose their own."</p> }.into_any()),
    };
    view! {
        <Dialog title=title on_close=on_close
            footer=move || view! { <Button kind=ButtonKind::Primary on_click=on_close>"Done"</Button> }>
            {body}
        </Dialog>
    }
    .into_any()
}
