//! What the ⋮ menu of a user opens: each act says whom it hits and what follows.

use super::api;
use super::model::{AccessLine, Handover, PasswordSetup, User, WhatFollows};
use crate::error::AppError;
use crate::types::Page;
use crate::ui::{
    ButtonKind, Choice, ConfirmDialog, Dialog, ErrorState, FormDialog, FormErrors, PasswordField, RadioGroup,
    SecretBox, Skeleton, use_toasts,
};
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Access,
    Reset,
    Close,
    Disable,
    Enable,
    Delete,
}

/// Which dialog is open, for whom.
#[derive(Clone, Copy)]
pub struct Acts {
    open: RwSignal<Option<(Act, User)>>,
    users: Resource<Result<Page<User>, AppError>>,
}

impl Acts {
    pub fn new(users: Resource<Result<Page<User>, AppError>>) -> Acts {
        Acts { open: RwSignal::new(None), users }
    }

    pub fn open(self, act: Act, user: User) {
        self.open.set(Some((act, user)));
    }

    fn close(self) {
        self.open.set(None);
    }

    fn done(self, text: String) {
        self.close();
        use_toasts().say(text);
        self.users.refetch();
    }

    pub fn dialog(self) -> Option<AnyView> {
        let (act, user) = self.open.get()?;
        Some(match act {
            Act::Access => view! { <AccessDialog user=user on_close=move || self.close() /> }.into_any(),
            Act::Reset => view! { <ResetDialog user=user acts=self /> }.into_any(),
            _ => view! { <Confirmation act=act user=user acts=self /> }.into_any(),
        })
    }
}

/// The words of a question: title, what follows in a sentence, the button, and what is said when it is done.
fn words(act: Act, name: &str) -> (String, String, &'static str, String) {
    let (title, text, action, done) = match act {
        Act::Disable => (
            format!("Disable {name}?"),
            "They are signed out at once and cannot enter this organization until they are enabled again.".to_owned(),
            "Disable",
            format!("{name} is disabled"),
        ),
        Act::Enable => {
            (format!("Enable {name}?"), "All their rights count again.".to_owned(), "Enable", format!("{name} is enabled"))
        }
        Act::Close => (
            format!("Close the session of {name}?"),
            "Their browser is signed out at once. They can sign in again.".to_owned(),
            "Close session",
            format!("The session of {name} is closed"),
        ),
        _ => (
            format!("Delete {name}?"),
            "They leave this organization with all their rights here. This cannot be undone; the audit log keeps what they did."
                .to_owned(),
            "Delete",
            format!("{name} is deleted"),
        ),
    };
    (title, text, action, done)
}

#[component]
fn Confirmation(act: Act, user: User, acts: Acts) -> impl IntoView {
    let (title, text, action, done) = words(act, &user.name);
    let id = user.id.clone();
    let follows = Resource::new(move || id.clone(), api::what_follows);
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
    let id = StoredValue::new(user.id.clone());
    let (title, text) = (StoredValue::new(title), StoredValue::new(text));
    let name = StoredValue::new((act == Act::Delete).then(|| user.username.clone()));
    let kind = if act == Act::Enable { ButtonKind::Primary } else { ButtonKind::Danger };
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let consequences = follows.await.map(|follows| consequences(act, follows)).unwrap_or_default();
                view! {
                    <ConfirmDialog title=title.get_value() action_label=action pending=run.pending() error=error
                        on_confirm=move || { run.dispatch(id.get_value()); } on_close=move || acts.close()
                        text=text.get_value() consequences=consequences type_to_confirm=name.get_value() kind=kind />
                }
            })}
        </Transition>
    }
    .into_any()
}

fn consequences(act: Act, follows: WhatFollows) -> Vec<String> {
    let many = |n: i64, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let sessions = (follows.sessions > 0).then(|| format!("Closes {}.", many(follows.sessions, "active session")));
    let grants = (follows.grants > 0).then(|| format!("Removes {}.", many(follows.grants, "grant")));
    match act {
        Act::Delete => [sessions, grants].into_iter().flatten().collect(),
        Act::Disable => sessions.into_iter().collect(),
        Act::Close if follows.sessions == 0 => vec!["There is no active session at the moment.".to_owned()],
        _ => Vec::new(),
    }
}

#[component]
fn ResetDialog(user: User, acts: Acts) -> impl IntoView {
    let mode = RwSignal::new("auto".to_owned());
    let (value, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let differs = RwSignal::new(None::<AppError>);
    let run = Action::new(move |(id, setup): &(String, PasswordSetup)| {
        let (id, setup) = (id.clone(), setup.clone());
        async move { api::reset_password(id, setup).await }
    });
    let error = Signal::derive(move || differs.get().or_else(|| run.value().get().and_then(Result::err)));
    let errors = FormErrors::new(error);
    let id = StoredValue::new(user.id.clone());
    let name = StoredValue::new(user.name.clone());
    let submit = move || {
        let custom = mode.get_untracked() == "custom";
        differs.set((custom && value.get_untracked() != again.get_untracked()).then(super::form::passwords_differ));
        if differs.with_untracked(Option::is_some) {
            return;
        }
        let setup = if custom { PasswordSetup::Custom { value: value.get_untracked() } } else { PasswordSetup::Auto };
        run.dispatch((id.get_value(), setup));
    };
    let options = vec![
        Choice::new("auto", "Auto-generate").hint("You are shown a temporary password to hand over."),
        Choice::new("custom", "Set manually"),
    ];
    let options = StoredValue::new(options);
    let form = move || {
        view! {
            <FormDialog title=format!("Reset the password of {}", name.get_value()) submit_label="Reset password"
                pending=run.pending() error=error on_submit=submit on_close=move || acts.close()>
                <p>"Their sessions end. The new password must be changed at the next sign-in, within 72 hours."</p>
                <RadioGroup name="mode" label="Password" options=options.get_value() value=mode />
                {move || (mode.get() == "custom").then(|| view! {
                    <PasswordField name="value" label="New password" value=value error=errors.at("password") autocomplete="new-password" required=true />
                    <PasswordField name="again" label="New password again" value=again error=errors.at("again") autocomplete="new-password" required=true />
                })}
            </FormDialog>
        }
        .into_any()
    };
    move || match run.value().get() {
        Some(Ok(done)) => handed_over(done, move || acts.done("Password reset".to_owned())),
        _ => form(),
    }
}

/// The temporary password, this once; without one, what happens next.
pub fn handed_over(done: Handover, on_close: impl Fn() + Clone + Send + Sync + 'static) -> AnyView {
    let name = done.user.name;
    let body = match done.temporary_password {
        Some(password) => view! {
            <p>"Hand this over to "{name}". It works for one sign-in within 72 hours and must be replaced there."</p>
            <SecretBox label="Temporary password" secret=password note="It is not shown again." />
        }
        .into_any(),
        None => view! { <p>"Hand the password over to "{name}". It must be replaced at the first sign-in, within 72 hours."</p> }.into_any(),
    };
    let close = on_close.clone();
    view! {
        <Dialog title="Password to hand over" on_close=on_close
            footer=move || { let close = close.clone(); view! { <crate::ui::Button kind=ButtonKind::Primary on_click=close>"Done"</crate::ui::Button> } }>
            {body}
        </Dialog>
    }
    .into_any()
}

#[component]
fn AccessDialog(user: User, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let id = user.id.clone();
    let access = Resource::new(move || id.clone(), api::access);
    view! {
        <Dialog title=format!("Effective access of {}", user.name) on_close=on_close wide=true>
            <Transition fallback=|| view! { <Skeleton /> }>
                {move || Suspend::new(async move {
                    match access.await {
                        Ok(lines) => lines_table(lines),
                        Err(error) => view! { <ErrorState error=error on_retry=move || access.refetch() /> }.into_any(),
                    }
                })}
            </Transition>
        </Dialog>
    }
    .into_any()
}

fn lines_table(lines: Vec<AccessLine>) -> AnyView {
    if lines.is_empty() {
        return view! { <p>"Nothing is open: no live grant."</p> }.into_any();
    }
    let row = |line: AccessLine| {
        view! {
            <tr>
                <td class="main" data-label="Screen">{line.screen.label()}</td>
                <td data-label="Level">{line.level.word()}</td>
                <td data-label="Where">{line.places.join(", ")}</td>
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
