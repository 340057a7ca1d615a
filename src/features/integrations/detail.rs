//! `/integrations/{id}`: what one client may do, how it fares, its secrets, and how to try it.

use super::api;
use super::dialogs::{Dialogs, question};
use super::model::{ClientSecret, Detail, Health, Integration, IntegrationRow, RefusedNeed};
use super::page::{last_used, status_badge, why_not};
use crate::browser;
use crate::console::cells::table;
use crate::console::list;
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::rights::shown::access;
use crate::error::{AppError, Kind};
use crate::types::{Status, Topic, thousands};
use crate::ui::{
    Ago, Button, ButtonLink, Card, CopyButton, ErrorState, Facts, Icon, Menu, MenuItem, Notice, PageHeader, Skeleton,
    Tone,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn IntegrationPage() -> impl IntoView {
    let params = use_params_map();
    let version = use_version(Topic::Integrations);
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let detail = Resource::new(move || (id(), version.get()), |(id, _)| api::look(id));
    let dialogs = Dialogs::new(detail);
    list::on_page_of_one();
    view! {
        <Transition fallback=|| view! { <Skeleton lines=12 /> }>
            {move || Suspend::new(async move {
                match detail.await {
                    Ok(detail) => page(detail, dialogs),
                    Err(error) => failed(error, detail),
                }
            })}
        </Transition>
        {move || dialogs.made()}
    }
    .into_any()
}

fn failed(error: AppError, detail: Resource<Result<Detail, AppError>>) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! {
        <Title text="Integration" />
        <ErrorState error=error on_retry=move || detail.refetch()>
            <ButtonLink href="/integrations">"All integrations"</ButtonLink>
        </ErrorState>
    }
    .into_any()
}

fn page(detail: Detail, dialogs: Dialogs) -> AnyView {
    let it = &detail.row.integration;
    let why = why_not(&expect_context::<Me>(), it);
    let disabled = (it.status == Status::Disabled).then(|| view! {
        <Notice tone=Tone::Warn>"Disabled. Its tokens no longer work, and it can't get new ones until you enable it."</Notice>
    });
    let (title, name) = (it.name.clone(), it.name.clone());
    let actions = actions(it, why.clone());
    let tokens = vec![("Active tokens", thousands(detail.health.tokens).into_any())];
    let access = access(&detail.access, "This integration has no permissions yet.");
    let (facts, health) = (facts(&detail.row), health(&detail.health, tokens));
    let (secrets, trial) = (secrets(it, &detail.secrets, why), trial(it, &detail.url));
    view! {
        <Title text=title />
        <PageHeader title=name>{actions}</PageHeader>
        <div class="stack">
            <p><a href=list::as_left("/integrations")>"All integrations"</a></p>
            {disabled}
            <Card title="Client">{facts}</Card>
            <Card title="Permissions">{access}</Card>
            <Card title="Usage, last 24 hours">{health}</Card>
            <Card title="Client secrets" text="You can have two at a time, so that the client can switch from the old one to the new one.">{secrets}</Card>
            <Card title="Try it" text="Run this in a shell. It asks for the secret, so that your shell history doesn't contain it.">{trial}</Card>
        </div>
        {move || question(&detail, dialogs)}
    }
    .into_any()
}

fn actions(it: &Integration, why: Option<String>) -> AnyView {
    let page = format!("/integrations/{}", it.id);
    let ask =
        |label: &str, dialog: &str| MenuItem::link(label, format!("{page}?dialog={dialog}")).disabled(why.clone());
    let status = if it.status == Status::Active { ask("Disable…", "disable") } else { ask("Enable…", "enable") };
    let edit = match why.clone() {
        None => view! { <ButtonLink href=format!("{page}/edit") icon=Icon::Pencil>"Edit permissions"</ButtonLink> }
            .into_any(),
        Some(why) => view! { <Button icon=Icon::Pencil disabled_reason=why>"Edit permissions"</Button> }.into_any(),
    };
    let items = vec![status, ask("Delete…", "delete").danger()];
    view! {
        {edit}
        <Menu id=format!("menu-{}", it.id) label=format!("Actions for {}", it.name) items=items />
    }
    .into_any()
}

fn facts(row: &IntegrationRow) -> AnyView {
    let it = &row.integration;
    let id = it.client_id.clone();
    let client_id = view! { <span class="mono">{id.clone()}</span> " " <CopyButton text=id /> }.into_any();
    let rows = vec![
        ("Client ID", client_id),
        ("Status", status_badge(it.status)),
        ("Role", it.role.label().into_any()),
        ("Company", row.company_name.clone().into_any()),
        ("Created by", it.made_by.clone().into_any()),
        ("Created", view! { <Ago at=it.created_at /> }.into_any()),
    ];
    view! { <Facts rows=rows /> }.into_any()
}

/// When it was used last, how often in a day, and what it was refused; `more` stands under the numbers.
pub fn health(health: &Health, more: Vec<(&'static str, AnyView)>) -> AnyView {
    let last = view! {
        {last_used(health.last_used_at)}
        {(!health.last_address.is_empty()).then(|| view! { <span class="muted">" from "</span> <span class="mono">{health.last_address.clone()}</span> })}
    }
    .into_any();
    let mut rows = vec![
        ("Last used", last),
        ("Calls", thousands(health.calls_24h).into_any()),
        ("Errors", thousands(health.errors_24h).into_any()),
    ];
    rows.extend(more);
    let refused = |it: &RefusedNeed| {
        let times = if it.times == 1 { "once".to_owned() } else { format!("{} times", thousands(it.times)) };
        let (asked, at) = (format!("{} {}: denied {times}, last ", it.screen.label(), it.level.word()), it.last_at);
        view! { <li>{asked}<Ago at=at /></li> }
    };
    let lines = health.refused.iter().map(refused).collect_view();
    let refused = (!health.refused.is_empty()).then(|| {
        view! {
            <Notice tone=Tone::Warn>
                <p>"Some requests were denied because of missing permissions:"</p>
                <ul>{lines}</ul>
            </Notice>
        }
    });
    view! { <Facts rows=rows /> {refused} }.into_any()
}

fn secrets(it: &Integration, secrets: &[ClientSecret], why: Option<String>) -> AnyView {
    let page = format!("/integrations/{}", it.id);
    let only =
        (secrets.len() < 2).then(|| "This is the only secret. Rotate it first, or disable the integration.".to_owned());
    let row = |secret: &ClientSecret| {
        let expires = match secret.expires_at {
            Some(at) => view! { <Ago at=at /> }.into_any(),
            None => "Never".into_any(),
        };
        let end = MenuItem::link("Revoke…", format!("{page}?dialog=end&secret={}", secret.id)).danger();
        let items = vec![end.disabled(why.clone().or(only.clone()))];
        view! {
            <tr>
                <td class="main" data-label="Secret"><span class="mono">{secret.hint.clone()}"…"</span></td>
                <td data-label="Created"><Ago at=secret.created_at /></td>
                <td data-label="Expires">{expires}</td>
                <td data-label="Last used">{last_used(secret.last_used_at)}</td>
                <td class="row-actions">
                    <Menu id=format!("menu-{}", secret.id) label=format!("Actions for secret {}…", secret.hint) items=items />
                </td>
            </tr>
        }
    };
    let rows = secrets.iter().map(row).collect_view().into_any();
    let new = match why.clone() {
        None => view! { <ButtonLink href=format!("{page}?dialog=rotate") icon=Icon::Key>"Rotate secret…"</ButtonLink> }
            .into_any(),
        Some(why) => view! { <Button icon=Icon::Key disabled_reason=why>"Rotate secret…"</Button> }.into_any(),
    };
    view! {
        {table("Client secrets", &["Secret", "Created", "Expires", "Last used", ""], rows)}
        <div>{new}</div>
    }
    .into_any()
}

/// Lines for a shell that get a token and use it.
fn trial(it: &Integration, url: &str) -> AnyView {
    let ask = format!(
        "read -rs -p 'Client secret: ' SECRET\n\
         TOKEN=$(curl -s -u \"{id}:$SECRET\" -d grant_type=client_credentials {url}/oauth/token | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\
         curl -s -H \"Authorization: Bearer $TOKEN\" {url}/api/v1/me",
        id = it.client_id,
    );
    // Of a socket curl knows nothing: it shows what comes, the few bytes around each message included.
    let listen = format!(
        "curl -sN --http1.1 --output - -H \"Authorization: Bearer $TOKEN\" -H 'Connection: Upgrade' -H 'Upgrade: websocket' \\\n  \
         -H 'Sec-WebSocket-Version: 13' -H \"Sec-WebSocket-Key: $(head -c 16 /dev/urandom | base64)\" {url}/api/v1/events"
    );
    view! {
        <pre class="code" tabindex="0" role="region" aria-label="Commands">{ask.clone()}</pre>
        <div><CopyButton text=ask label="Copy commands" /></div>
        <p>"To follow its events over a WebSocket, run this in the same shell. Press Ctrl+C to stop:"</p>
        <pre class="code" tabindex="0" role="region" aria-label="Commands for events">{listen.clone()}</pre>
        <div><CopyButton text=listen label="Copy commands for events" /></div>
        <p><a class="apart" href="/api/docs" rel="external">"HTTP API reference"</a></p>
    }
    .into_any()
}
