//! What the ⋮ menu of a user opens, at `/users?dialog=reset&user={id}`: each act says whom it hits and what follows.

use super::acts::{Acts, Open, consequences, not_signed_in, open};
use super::api;
use super::may::{self, Act};
use super::model::{AccessLine, UserView};
use super::reset::ResetDialog;
use crate::console::me::Me;
use crate::console::places::signs;
use crate::ui::{ButtonKind, ConfirmDialog, Dialog, ErrorState};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The dialog that the address asks for, over a list that has provided its `Acts`.
#[component]
pub fn ActDialog() -> impl IntoView {
    let (acts, query) = (expect_context::<Acts>(), use_query_map());
    let open = Resource::new(
        move || query.with(Act::asked),
        |asked| async move {
            match asked {
                Some((act, id)) => Some(open(act, id).await),
                None => None,
            }
        },
    );
    acts.over.has_come();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let Some(open) = open.await else { return ().into_any() };
                acts.over.is_drawn();
                match open {
                    Ok(open) => dialog(open, acts),
                    Err(error) => view! {
                        <Dialog title="User" on_close=acts.over.close><ErrorState error=error /></Dialog>
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
            <Dialog title=format!("Effective access of {}", open.view.user.name) on_close=acts.over.close wide=true>
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
    let idle = (act == Act::Close && follows.sessions == 0).then(|| not_signed_in(&user.name));
    let (text, why) = (idle.clone().unwrap_or(text), why.or(idle));
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
            on_close=acts.over.close text=text consequences=consequences(act, &follows) type_to_confirm=name
            disabled_reason=why kind=kind />
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
