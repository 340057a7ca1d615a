//! What the ⋮ menu of a user opens, at `/users?dialog=reset&user={id}`: each act says whom it hits and what follows.

use super::api;
use super::may::{self, Act};
use super::model::{AccessLine, PasswordSetup, User, UserView, WhatFollows};
use crate::console::me::Me;
use crate::console::places::signs;
use crate::error::{AppError, FieldError};
use crate::types::Page;
use crate::ui::{
    Button, ButtonKind, Checkbox, Choice, ConfirmDialog, Consequences, Dialog, ErrorState, FormDialog, FormErrors,
    OnceDialog, PasswordField, RadioGroup, Toasts, use_toasts,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// What becomes of a password that is made and not mailed.
pub const SHOWN: &str = "You'll see a temporary password to pass on.";

pub fn passwords_differ() -> AppError {
    AppError::invalid(vec![FieldError::new("again", "different", "The passwords don't match.")])
}

/// A dialog with all that it shows.
#[derive(Clone, Serialize, Deserialize)]
struct Open {
    act: Act,
    view: UserView,
    follows: WhatFollows,
    lines: Vec<AccessLine>,
}

/// The dialog that the URL asks for; none while there is none.
#[derive(Clone, Copy)]
pub struct Acts {
    open: Resource<Option<Result<Open, AppError>>>,
    close: Callback<()>,
    users: Resource<Result<Page<UserView>, AppError>>,
    toasts: Toasts,
}

impl Acts {
    /// `close` leads to the list without a dialog.
    pub fn new(close: Callback<()>, users: Resource<Result<Page<UserView>, AppError>>) -> Acts {
        let query = use_query_map();
        let open = Resource::new(
            move || query.with(asked),
            |asked| async move {
                match asked {
                    Some((act, id)) => Some(open(act, id).await),
                    None => None,
                }
            },
        );
        Acts { open, close, users, toasts: use_toasts() }
    }

    fn done(self, text: String) {
        self.close.run(());
        self.toasts.say(text);
        self.users.refetch();
    }
}

fn asked(map: &ParamsMap) -> Option<(Act, String)> {
    let (code, id) = (map.get("dialog")?, map.get("user")?);
    Act::ALL.into_iter().find(|act| act.code() == code).map(|act| (act, id))
}

async fn open(act: Act, id: String) -> Result<Open, AppError> {
    let view = api::get(id.clone()).await?;
    let (follows, lines) = match act {
        Act::Access => (WhatFollows::default(), api::access(id).await?),
        Act::Enable => (WhatFollows::default(), Vec::new()),
        _ => (api::what_follows(id).await?, Vec::new()),
    };
    Ok(Open { act, view, follows, lines })
}

#[component]
pub fn ActDialog(acts: Acts) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match acts.open.await {
                    None => ().into_any(),
                    Some(Ok(open)) => dialog(open, acts),
                    Some(Err(error)) => view! {
                        <Dialog title="User" on_close=acts.close><ErrorState error=error /></Dialog>
                    }
                    .into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn dialog(open: Open, acts: Acts) -> AnyView {
    let why = may::why_not(&expect_context::<Me>(), &open.view, open.act);
    match open.act {
        Act::Access => view! {
            <Dialog title=format!("Effective access of {}", open.view.user.name) on_close=acts.close wide=true>
                {lines_table(open.lines)}
            </Dialog>
        }
        .into_any(),
        Act::Reset => view! { <ResetDialog open=open acts=acts why=why /> }.into_any(),
        _ => view! { <Confirmation open=open acts=acts why=why /> }.into_any(),
    }
}

/// The words of a question: title, what follows in a sentence, the button, and what is said when it is done.
fn words(act: Act, name: &str) -> (String, String, &'static str, String) {
    let (title, text, action, done) = match act {
        Act::Disable => (
            format!("Disable {name}?"),
            "They'll be signed out immediately and have no access until you enable them again.".to_owned(),
            "Disable user",
            format!("{name} is disabled"),
        ),
        Act::Enable => (
            format!("Enable {name}?"),
            "Their access is restored.".to_owned(),
            "Enable user",
            format!("{name} is enabled"),
        ),
        Act::Close => (
            format!("Close the session of {name}?"),
            "They'll be signed out immediately, but can sign in again.".to_owned(),
            "Close session",
            format!("The session of {name} is closed"),
        ),
        _ => (
            format!("Delete {name}?"),
            format!("This removes {name} from the organization. You can't undo this. The audit log is kept."),
            "Delete user",
            format!("{name} is deleted"),
        ),
    };
    (title, text, action, done)
}

#[component]
fn Confirmation(open: Open, acts: Acts, why: Option<String>) -> impl IntoView {
    let Open { act, view: UserView { user, .. }, follows, .. } = open;
    let (title, text, action, done) = words(act, &user.name);
    let run = Action::new(move |id: &String| {
        let id = id.clone();
        async move {
            match act {
                Act::Disable => api::disable(id).await.map(|_| ()),
                Act::Enable => api::enable(id).await.map(|_| ()),
                Act::Close => api::close_session(id).await,
                _ => api::delete(id).await,
            }
        }
    });
    Effect::new(move |_| {
        if run.value().with(|value| matches!(value, Some(Ok(())))) {
            acts.done(done.clone());
        }
    });
    let error = Signal::derive(move || run.value().get().and_then(Result::err));
    let name = (act == Act::Delete).then_some(user.username);
    let kind = if act == Act::Enable { ButtonKind::Primary } else { ButtonKind::Danger };
    let confirm = move || {
        run.dispatch(user.id.clone());
    };
    view! {
        <ConfirmDialog title=title action_label=action pending=run.pending() error=error on_confirm=confirm
            on_close=acts.close text=text consequences=consequences(act, &follows) type_to_confirm=name
            disabled_reason=why kind=kind />
    }
    .into_any()
}

fn consequences(act: Act, follows: &WhatFollows) -> Vec<String> {
    let many = |n: i64, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let sessions = (follows.sessions > 0).then(|| format!("Closes {}.", many(follows.sessions, "active session")));
    let grants = (follows.grants > 0).then(|| format!("Removes {}.", many(follows.grants, "grant")));
    let count = i64::try_from(follows.keys.len()).unwrap_or(i64::MAX);
    let keys = |verb: &str| (count > 0).then(|| format!("{verb} {}.", many(count, "API key")));
    match act {
        Act::Delete => [sessions, keys("Revokes"), grants].into_iter().flatten().collect(),
        Act::Disable => [sessions, keys("Stops")].into_iter().flatten().collect(),
        Act::Reset => sessions.into_iter().collect(),
        Act::Close if follows.sessions == 0 => vec!["There's no active session.".to_owned()],
        _ => Vec::new(),
    }
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
fn ResetDialog(open: Open, acts: Acts, why: Option<String>) -> impl IntoView {
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
                disabled_reason=Signal::stored(why.get_value()) on_submit=submit on_close=acts.close>
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

fn lines_table(lines: Vec<AccessLine>) -> AnyView {
    if lines.is_empty() {
        return view! { <p>"No access: this user has no active grants."</p> }.into_any();
    }
    let row = |line: AccessLine| {
        let places: Vec<&str> = line.places.iter().map(String::as_str).collect();
        view! {
            <tr>
                <td class="main" data-label="Screen">{line.screen.label()}</td>
                <td data-label="Level"><span class=line.level.word()>{line.level.label()}</span></td>
                <td data-label="Where">{signs(&places)}</td>
                <td data-label="From">{line.sources.join(", ")}</td>
            </tr>
        }
    };
    view! {
        <div class="table-box">
            <table class="table">
                <caption class="visually-hidden">"Effective access"</caption>
                <thead><tr><th scope="col">"Screen"</th><th scope="col">"Level"</th><th scope="col">"Where"</th><th scope="col">"From"</th></tr></thead>
                <tbody>{lines.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
