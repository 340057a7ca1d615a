//! `/members/api-users/{id}`: what one API user may do, how it fares, its token, and how to try it.

use super::api;
use super::dialogs::{NewToken, handed_over, question, trial};
use super::form::OF_API_USER;
use super::model::{ApiUser, ApiUserRow, Detail};
use super::page::{expiry, questions, team_links, why_not};
use crate::console::cells::{access_in_full, or_none};
use crate::console::form::failed;
use crate::console::list::{self, text};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::rights::shown::permissions;
use crate::console::tabs::API_USERS;
use crate::features::integrations::detail::health;
use crate::features::integrations::page::status_badge;
use crate::types::Status;
use crate::types::Topic;
use crate::ui::{Ago, Button, ButtonLink, Card, Facts, Icon, Menu, Notice, PageHeader, Skeleton, Tone};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

#[component]
pub fn ApiUserPage() -> impl IntoView {
    let params = use_params_map();
    let version = use_version(Topic::Members);
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let detail = Resource::new(move || (id(), version.get()), |(id, _)| api::look(id));
    let refetch = Callback::new(move |()| detail.refetch());
    // Outside of what is drawn anew with the API user: the token is shown until somebody closes it.
    let made: NewToken = RwSignal::new(None);
    let done = Callback::new(move |()| made.set(None));
    list::on_page_of_one();
    view! {
        <Transition fallback=|| view! { <Skeleton lines=12 /> }>
            {move || Suspend::new(async move {
                match detail.await {
                    Ok(detail) => page(detail, made, refetch),
                    Err(error) => failed(OF_API_USER, error, refetch),
                }
            })}
        </Transition>
        {move || made.get().map(|made| handed_over(made, done))}
    }
    .into_any()
}

fn page(detail: Detail, made: NewToken, refetch: Callback<()>) -> AnyView {
    let Detail { row, health: fares, url } = detail;
    let it = &row.api_user;
    let why = why_not(&expect_context::<Me>(), it);
    let closed = closed(&row);
    let (title, name) = (it.name.clone(), it.name.clone());
    let (actions, facts, token) = (actions(it, why.as_ref()), facts(&row), token(&row, why));
    let permissions = permissions(&it.rights, &row.facts, "No permissions besides those of its teams.");
    let (health, trial) = (health(&fares, Vec::new()), trial(&url));
    let query = use_query_map();
    view! {
        <Title text=title />
        <PageHeader title=name>{actions}</PageHeader>
        <p><a href=list::as_left(API_USERS)>"All API users"</a></p>
        <div class="stack">
            {closed}
            <Card title="API user">{facts}</Card>
            {permissions}
            <Card title="Usage, last 24 hours">{health}</Card>
            <Card title="Access token" text="An API user has one token at a time. It's shown only when it's created.">{token}</Card>
            <Card title="Try it" text="Run this in a shell. It asks for the token, so that your shell history doesn't contain it.">{trial}</Card>
        </div>
        {move || question(&query.with(|map| text(map, "dialog")), &row, made, refetch)}
    }
    .into_any()
}

/// Why it opens nothing at present.
fn closed(row: &ApiUserRow) -> Option<AnyView> {
    let why = match row.api_user.status {
        Status::Disabled => "Disabled. Its token doesn't work until you enable it.",
        Status::Active if row.expired => "Its token has expired. Replace it to restore access.",
        Status::Active => return None,
    };
    Some(view! { <Notice tone=Tone::Warn>{why}</Notice> }.into_any())
}

fn actions(it: &ApiUser, why: Option<&String>) -> AnyView {
    let edit = match why.cloned() {
        None => view! { <ButtonLink href=format!("{API_USERS}/{}/edit", it.id) icon=Icon::Pencil>"Edit"</ButtonLink> }
            .into_any(),
        Some(why) => view! { <Button icon=Icon::Pencil disabled_reason=why>"Edit"</Button> }.into_any(),
    };
    view! {
        {edit}
        <Menu id=format!("menu-{}", it.id) label=format!("Actions for {}", it.name) items=questions(it, why) />
    }
    .into_any()
}

fn facts(row: &ApiUserRow) -> AnyView {
    let it = &row.api_user;
    let rows = vec![
        ("Status", status_badge(it.status)),
        ("Teams", team_links(&row.teams)),
        ("Profiles", or_none(row.facts.profile_names.join(", "))),
        ("Effective access", access_in_full("Permissions, including teams", &row.facts.levels)),
        ("Role", it.role.label().into_any()),
        ("Company", row.company_name.clone().into_any()),
        ("Remark", or_none(it.remark.clone())),
        ("Created by", it.made_by.clone().into_any()),
        ("Created", view! { <Ago at=it.created_at /> }.into_any()),
    ];
    view! { <Facts rows=rows /> }.into_any()
}

fn token(row: &ApiUserRow, why: Option<String>) -> AnyView {
    let it = &row.api_user;
    let rows = vec![
        ("Token", view! { <span class="mono">{it.token.hint.clone()}"…"</span> }.into_any()),
        ("Created", view! { <Ago at=it.token.made_at /> }.into_any()),
        ("Expires", expiry(row)),
    ];
    let replace = match why {
        None => {
            let href = format!("{API_USERS}/{}?dialog=token", it.id);
            view! { <ButtonLink href=href icon=Icon::Key>"Replace token…"</ButtonLink> }.into_any()
        }
        Some(why) => view! { <Button icon=Icon::Key disabled_reason=why>"Replace token…"</Button> }.into_any(),
    };
    view! { <Facts rows=rows /> <div>{replace}</div> }.into_any()
}
