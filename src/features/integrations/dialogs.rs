//! The questions on the page of an integration, at `?dialog=disable`, `enable`, `delete`, `rotate`, `end`.

use super::api;
use super::model::{ClientSecret, Detail, OVERLAPS};
use crate::error::AppError;
use crate::types::{Status, thousands};
use crate::ui::{
    ButtonKind, Choice, ConfirmDialog, CopyButton, FormDialog, FormErrors, OnceDialog, SelectField, use_toasts,
};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

/// What the dialogs share.
#[derive(Clone, Copy)]
pub struct Dialogs {
    detail: Resource<Result<Detail, AppError>>,
    /// Leads to the page without a dialog.
    close: Callback<()>,
    /// A secret that was just made, to be shown this once.
    made: RwSignal<Option<(String, ClientSecret)>>,
}

impl Dialogs {
    pub fn new(detail: Resource<Result<Detail, AppError>>) -> Dialogs {
        let (params, navigate) = (use_params_map(), use_navigate());
        let close = Callback::new(move |()| {
            let id = params.with_untracked(|params| params.get("id").unwrap_or_default());
            let options = NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() };
            navigate(&format!("/integrations/{id}"), options);
        });
        Dialogs { detail, close, made: RwSignal::new(None) }
    }

    fn done(self, text: String) {
        self.close.run(());
        use_toasts().say(text);
        self.detail.refetch();
    }

    /// The secret that was just made.
    pub fn made(self) -> Option<AnyView> {
        let (client_id, made) = self.made.get()?;
        let done = Callback::new(move |()| {
            self.made.set(None);
            self.detail.refetch();
        });
        Some(handed_over("New client secret", client_id, made.client_secret?, done))
    }
}

/// A client secret, this once.
pub fn handed_over(title: &'static str, client_id: String, secret: String, on_done: Callback<()>) -> AnyView {
    view! {
        <OnceDialog title=title label="Client secret" secret=secret on_done=on_done>
            <p>"It belongs to this client ID: " <code>{client_id.clone()}</code></p>
            <div><CopyButton text=client_id label="Copy client ID" /></div>
        </OnceDialog>
    }
    .into_any()
}

/// The question that the URL asks for.
pub fn question(detail: &Detail, dialogs: Dialogs) -> Option<AnyView> {
    let query = use_query_map();
    let (dialog, secret) = query.with(|map| (map.get("dialog"), map.get("secret").unwrap_or_default()));
    let detail = detail.clone();
    Some(match dialog?.as_str() {
        "disable" => view! { <Confirmation act=Act::Disable detail=detail dialogs=dialogs /> }.into_any(),
        "enable" => view! { <Confirmation act=Act::Enable detail=detail dialogs=dialogs /> }.into_any(),
        "delete" => view! { <Confirmation act=Act::Delete detail=detail dialogs=dialogs /> }.into_any(),
        "end" => view! { <Confirmation act=Act::End(secret) detail=detail dialogs=dialogs /> }.into_any(),
        "rotate" => view! { <RotateDialog detail=detail dialogs=dialogs /> }.into_any(),
        _ => return None,
    })
}

#[derive(Clone, PartialEq)]
enum Act {
    Disable,
    Enable,
    Delete,
    End(String),
}

/// Title, what follows in a sentence, the button, and what is said when it is done.
fn words(act: &Act, detail: &Detail) -> (String, &'static str, &'static str, String) {
    let name = &detail.row.integration.name;
    match act {
        Act::Disable => (
            format!("Disable {name}?"),
            "Its tokens stop working immediately, and it can't get new ones until you enable it again.",
            "Disable integration",
            format!("{name} is disabled"),
        ),
        Act::Enable => (
            format!("Enable {name}?"),
            "It can get new tokens with its secret. The tokens it had before don't work again.",
            "Enable integration",
            format!("{name} is enabled"),
        ),
        Act::Delete => (
            format!("Delete {name}?"),
            "This also deletes its client ID, secrets and permissions. You can't undo this. The audit log is kept.",
            "Delete integration",
            format!("{name} is deleted"),
        ),
        Act::End(id) => {
            let hint = detail.secrets.iter().find(|secret| secret.id == *id).map_or("", |secret| &secret.hint);
            (
                format!("Revoke the secret {hint}…?"),
                "Tokens issued for it stop working immediately. The other secret keeps working.",
                "Revoke secret",
                "The secret is revoked".to_owned(),
            )
        }
    }
}

#[component]
fn Confirmation(act: Act, detail: Detail, dialogs: Dialogs) -> impl IntoView {
    let (title, text, action, done) = words(&act, &detail);
    let tokens = detail.health.tokens;
    let follows = (tokens > 0 && act != Act::Enable).then(|| {
        format!("This affects {} active {}.", thousands(tokens), if tokens == 1 { "token" } else { "tokens" })
    });
    let kind = if act == Act::Enable { ButtonKind::Primary } else { ButtonKind::Danger };
    let name = (act == Act::Delete).then(|| detail.row.integration.client_id.clone());
    let id = detail.row.integration.id.clone();
    let leaves = act == Act::Delete;
    let run = Action::new(move |(): &()| {
        let (id, act) = (id.clone(), act.clone());
        async move {
            match act {
                Act::Disable => api::set_status(id, Status::Disabled).await.map(|_| ()),
                Act::Enable => api::set_status(id, Status::Active).await.map(|_| ()),
                Act::Delete => api::delete(id).await,
                Act::End(secret) => api::end_secret(id, secret).await,
            }
        }
    });
    let (navigate, toasts) = (use_navigate(), use_toasts());
    Effect::new(move |_| {
        if run.value().with(|value| !matches!(value, Some(Ok(())))) {
            return;
        }
        if leaves {
            toasts.say(done.clone());
            navigate("/integrations", Default::default());
        } else {
            dialogs.done(done.clone());
        }
    });
    let error = Signal::derive(move || run.value().get().and_then(Result::err));
    view! {
        <ConfirmDialog title=title action_label=action pending=run.pending() error=error text=text
            consequences=follows.into_iter().collect() type_to_confirm=name kind=kind
            on_confirm=move || { run.dispatch(()); } on_close=dialogs.close />
    }
    .into_any()
}

#[component]
fn RotateDialog(detail: Detail, dialogs: Dialogs) -> impl IntoView {
    let overlap = RwSignal::new("24".to_owned());
    let options: Vec<Choice> = OVERLAPS.iter().map(|(hours, label)| Choice::new(hours.to_string(), *label)).collect();
    let (id, client_id) = (detail.row.integration.id.clone(), detail.row.integration.client_id.clone());
    let run = Action::new(move |hours: &i64| api::rotate(id.clone(), *hours));
    Effect::new(move |_| {
        if let Some(Ok(made)) = run.value().get() {
            dialogs.close.run(());
            dialogs.made.set(Some((client_id.clone(), made)));
        }
    });
    let error = Signal::derive(move || run.value().get().and_then(Result::err));
    let errors = FormErrors::new(error);
    let submit = move || {
        run.dispatch(overlap.get_untracked().parse().unwrap_or(0));
    };
    let text = "You'll get a new secret, shown once. The old one keeps working for the time you choose, and then stops \
        together with the tokens issued for it.";
    view! {
        <FormDialog title=format!("Rotate the secret of {}?", detail.row.integration.name) submit_label="Rotate secret" pending=run.pending()
            error=error on_submit=submit on_close=dialogs.close>
            <p>{text}</p>
            <SelectField name="overlap_hours" label="The old secret keeps working for" options=options value=overlap
                error=errors.at("overlap_hours") required=true />
        </FormDialog>
    }
    .into_any()
}
