//! The questions on the page of an API user, at `?dialog=disable`, `enable`, `delete`, `token`, and the token that is shown once.

use super::api;
use super::model::{ApiUser, ApiUserRow};
use crate::browser;
use crate::console::me::Me;
use crate::console::question::{Question, ask, close};
use crate::console::tabs::API_USERS;
use crate::types::Status;
use crate::ui::{ButtonKind, CopyButton, EndFields, Ends, FormDialog, FormErrors, OnceDialog};
use leptos::prelude::*;

/// What is said where no day was chosen.
pub const NO_DAY: &str = "Choose an expiration date, or Never.";

/// A token that was just made, to be shown this once.
pub type NewToken = RwSignal<Option<ApiUser>>;

/// The dialog that the address asks for.
pub fn question(asked: &str, row: &ApiUserRow, made: NewToken, refetch: Callback<()>) -> Option<AnyView> {
    let it = &row.api_user;
    Some(match asked {
        "disable" => set_status(it, Status::Disabled, refetch),
        "enable" => set_status(it, Status::Active, refetch),
        "delete" => delete(row, refetch),
        "token" => view! { <TokenDialog id=it.id.clone() name=it.name.clone() made=made /> }.into_any(),
        _ => return None,
    })
}

fn set_status(it: &ApiUser, status: Status, refetch: Callback<()>) -> AnyView {
    let (id, name) = (it.id.clone(), &it.name);
    let run = Action::new(move |(): &()| {
        let change = api::set_status(id.clone(), status);
        async move { change.await.map(|_| ()) }
    });
    let (title, text, action, kind, done) = match status {
        Status::Disabled => (
            format!("Disable {name}?"),
            "Its access token stops working immediately, until you enable it again.",
            "Disable API user",
            ButtonKind::Danger,
            format!("{name} is disabled"),
        ),
        Status::Active => (
            format!("Enable {name}?"),
            "Its access token works again.",
            "Enable API user",
            ButtonKind::Primary,
            format!("{name} is enabled"),
        ),
    };
    let question = Question { title, text, action, follows: Vec::new(), name: None, kind, done, leaves: None };
    ask(question, run, close(), refetch)
}

fn delete(row: &ApiUserRow, refetch: Callback<()>) -> AnyView {
    let it = &row.api_user;
    let id = it.id.clone();
    let run = Action::new(move |(): &()| api::delete(id.clone()));
    let teams: Vec<&str> = row.teams.iter().map(|team| team.name.as_str()).collect();
    let token = "Its access token stops working immediately.".to_owned();
    let leaves = (!teams.is_empty()).then(|| format!("It's removed from {}.", teams.join(", ")));
    let question = Question {
        title: format!("Delete {}?", it.name),
        text: "This also deletes its token and permissions. You can't undo this. The audit log is kept.",
        action: "Delete API user",
        follows: [token].into_iter().chain(leaves).collect(),
        name: Some(it.name.clone()),
        kind: ButtonKind::Danger,
        done: format!("{} is deleted", it.name),
        leaves: Some(API_USERS),
    };
    ask(question, run, close(), refetch)
}

#[component]
fn TokenDialog(id: String, name: String, made: NewToken) -> impl IntoView {
    let (ends, close) = (Ends::new(expect_context::<Me>().now), close());
    let run = Action::new(move |(): &()| {
        let (id, expires_at) = (id.clone(), ends.at(NO_DAY));
        async move { api::replace_token(id, expires_at?).await }
    });
    Effect::new(move |_| {
        if let Some(Ok(done)) = run.value().get() {
            close.run(());
            made.set(Some(done.api_user));
        }
    });
    let error = Signal::derive(move || run.value().get().and_then(Result::err));
    let submit = move || {
        run.dispatch(());
    };
    view! {
        <FormDialog title=format!("Replace the token of {name}?") submit_label="Replace token" kind=ButtonKind::Danger pending=run.pending()
            error=error on_submit=submit on_close=close>
            <p>"The current token stops working immediately, so update everything that uses it. You'll get a new token, shown once."</p>
            <EndFields state=ends never="Never, until you replace it" error=FormErrors::new(error).at("expires_at") />
        </FormDialog>
    }
    .into_any()
}

/// The token, this once.
pub fn handed_over(made: ApiUser, on_close: Callback<()>) -> AnyView {
    let lines = trial(&browser::origin());
    view! {
        <OnceDialog title=format!("Access token of {}", made.name) label="Access token" secret=made.access_token.unwrap_or_default() on_done=on_close>
            <p>"Send it with each request in the header " <code>"Authorization: Bearer …"</code> ". To try it, run this in a shell and enter the token when asked:"</p>
            {lines}
        </OnceDialog>
    }
    .into_any()
}

/// Lines for a shell that use the token. It is asked for, so that it stays out of the history.
pub fn trial(url: &str) -> AnyView {
    let ask = format!(
        "read -rs -p 'Access token: ' TOKEN\n\
         curl -s -H \"Authorization: Bearer $TOKEN\" {url}/api/v1/me"
    );
    view! {
        <pre class="code" tabindex="0" role="region" aria-label="Commands">{ask.clone()}</pre>
        <div><CopyButton text=ask label="Copy commands" /></div>
    }
    .into_any()
}
