//! `/me/api-keys?show={id}`: all of one key. `?revoke={id}`: the question before it ends.

use super::api;
use super::list::{PATH, expiry};
use super::model::{ApiKey, KeyRow};
use crate::access::Levels;
use crate::console::list::under;
use crate::error::AppError;
use crate::types::{Page, utc};
use crate::ui::{
    Ago, Button, ButtonKind, ButtonLink, ConfirmDialog, CopyButton, Dialog, ErrorState, Facts, Time, use_toasts,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

/// The key of the open dialog, and whether that asks for its end; none while there is none.
#[derive(Clone, Copy)]
pub struct OpenKey {
    open: Resource<Option<Result<(bool, KeyRow), AppError>>>,
    close: Callback<()>,
    keys: Resource<Result<Page<KeyRow>, AppError>>,
}

impl OpenKey {
    /// `close` leads to the list without a dialog.
    pub fn new(close: Callback<()>, keys: Resource<Result<Page<KeyRow>, AppError>>) -> OpenKey {
        let query = use_query_map();
        let open = Resource::new(
            move || query.with(asked),
            |asked| async move {
                match asked {
                    Some((revoke, id)) => Some(api::get(id).await.map(|key| (revoke, key))),
                    None => None,
                }
            },
        );
        OpenKey { open, close, keys }
    }
}

fn asked(map: &ParamsMap) -> Option<(bool, String)> {
    let id = |key: &str| map.get(key).filter(|id| !id.is_empty());
    id("revoke").map(|id| (true, id)).or_else(|| id("show").map(|id| (false, id)))
}

#[component]
pub fn KeyDialog(shown: OpenKey) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match shown.open.await {
                    None => ().into_any(),
                    Some(Ok((true, row))) => view! { <RevokeDialog key=row.key shown=shown /> }.into_any(),
                    Some(Ok((false, row))) => detail(row, shown),
                    Some(Err(error)) => view! {
                        <Dialog title="API key" on_close=shown.close><ErrorState error=error /></Dialog>
                    }
                    .into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn detail(row: KeyRow, shown: OpenKey) -> AnyView {
    let revoke = use_query_map().with_untracked(|map| under(PATH, map, &[("revoke", &row.key.id)]));
    let title = row.key.name.clone();
    view! {
        <Dialog title=title on_close=shown.close
            footer=move || view! {
                <ButtonLink href=revoke.clone() kind=ButtonKind::Danger>"Revoke…"</ButtonLink>
                <Button kind=ButtonKind::Primary on_click=shown.close>"Done"</Button>
            }>
            <Facts rows=facts(row) />
        </Dialog>
    }
    .into_any()
}

fn facts(row: KeyRow) -> Vec<(&'static str, AnyView)> {
    let (until, key) = (expiry(&row), row.key);
    let used = match key.last_used_at {
        Some(at) => view! { <Ago at=at /> {key.last_address.map(|address| format!(" from {address}"))} }.into_any(),
        None => "Never".into_any(),
    };
    let screens = key.levels.as_ref().map_or_else(|| "Same as yours".to_owned(), listed);
    let access = if key.may_administer_access { "Yes" } else { "No, read only" };
    let remark = if key.remark.is_empty() { "None".to_owned() } else { key.remark };
    vec![
        ("ID", view! { <p><code>{key.id.clone()}</code></p> <CopyButton text=key.id label="Copy ID" /> }.into_any()),
        ("Secret", view! { <code>{key.hint} "…"</code> }.into_any()),
        ("Organization", key.organization.name.into_any()),
        ("Permissions", screens.into_any()),
        ("Can manage access", access.into_any()),
        ("Created", view! { <Time at=key.created_at /> }.into_any()),
        ("Expires", until),
        ("Last used", used),
        ("Remark", remark.into_any()),
    ]
}

/// `Rooms (full), Alerts (read)`
fn listed(levels: &Levels) -> String {
    let open = levels.open().map(|(screen, level)| format!("{} ({})", screen.label(), level.word()));
    open.collect::<Vec<_>>().join(", ")
}

#[component]
fn RevokeDialog(key: ApiKey, shown: OpenKey) -> impl IntoView {
    let revoke = ServerAction::<api::Revoke>::new();
    let toasts = use_toasts();
    let name = key.name.clone();
    Effect::new(move |_| {
        if revoke.value().with(|done| matches!(done, Some(Ok(())))) {
            shown.close.run(());
            toasts.say(format!("{name} is revoked"));
            shown.keys.refetch();
        }
    });
    let error = Signal::derive(move || revoke.value().get().and_then(Result::err));
    let (text, used) = match (key.last_used_at, &key.last_address) {
        (Some(at), Some(address)) => (
            "Anything using this key stops working immediately. You can't undo this.",
            Some(format!("Last used at {} UTC from {address}.", utc(at.0))),
        ),
        _ => ("This key hasn't been used yet. You can't undo this.", None),
    };
    let id = key.id;
    view! {
        <ConfirmDialog title=format!("Revoke key “{}”?", key.name) action_label="Revoke key" pending=revoke.pending() error=error
            text=text consequences=used.into_iter().collect()
            on_confirm=move || { revoke.dispatch(api::Revoke { id: id.clone() }); } on_close=shown.close />
    }
    .into_any()
}
