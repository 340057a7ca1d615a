//! `/members/teams/{id}`: what a team gives, and who is in it.

use super::api;
use super::dialogs::{AddDialog, TeamPageData, delete, remove};
use super::form::OF_TEAM;
use super::model::{Member, MemberRow, TeamRow};
use super::page::{members_in_short, why_not, why_not_rights};
use crate::access::{Level, Screen};
use crate::console::cells::or_none;
use crate::console::form::failed;
use crate::console::list::{self, List, as_left, text};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::console::rights::shown::permissions;
use crate::console::tabs::{API_USERS, TEAMS};
use crate::rights::model::MemberKind;
use crate::types::{Page, Status, Topic, thousands};
use crate::ui::{
    Ago, Button, ButtonLink, Card, Column, EmptyState, Facts, Icon, Menu, MenuItem, PageHeader, Skeleton, StatusBadge,
    Table, Tone,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

#[component]
pub fn TeamPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let version = use_version(Topic::Members);
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let team = Resource::new(move || (id(), version.get()), |(id, _)| api::get(id));
    let members = Resource::new(
        move || (id(), query.with(|map| list::wanted(map, &[])), version.get()),
        |(id, wanted, _)| api::members(id, wanted),
    );
    let shown = TeamPageData { team, members };
    let path = params.with_untracked(|params| format!("{TEAMS}/{}", text(params, "id")));
    // The members stand outside of what is drawn anew with the team: a search that is being typed stays.
    view! {
        <Transition fallback=|| view! { <Skeleton lines=12 /> }>
            {move || Suspend::new(async move {
                match team.await {
                    Ok(row) => page(row, shown),
                    Err(error) => failed(OF_TEAM, error, shown.refetch()),
                }
            })}
        </Transition>
        <div class="after-error">{members_card(shown, List::at(path))}</div>
        {move || (query.with(|map| text(map, "dialog")) == "add").then(|| view! { <AddDialog shown=shown /> })}
    }
    .into_any()
}

fn page(row: TeamRow, shown: TeamPageData) -> AnyView {
    let (title, name) = (row.team.name.clone(), row.team.name.clone());
    let (actions, facts) = (actions(&row), facts(&row));
    let permissions = permissions(&row.team.rights, &row.facts, "This team has no permissions yet.");
    let query = use_query_map();
    view! {
        <Title text=title />
        <PageHeader title=name>{actions}</PageHeader>
        <p><a href=as_left(TEAMS)>"All teams"</a></p>
        <div class="stack">
            <Card title="Team">{facts}</Card>
            {permissions}
        </div>
        {move || (query.with(|map| text(map, "dialog")) == "delete").then(|| delete(&row, shown))}
    }
    .into_any()
}

fn actions(it: &TeamRow) -> AnyView {
    let (me, page) = (expect_context::<Me>(), format!("{TEAMS}/{}", it.team.id));
    let edit = match why_not(&me, it) {
        None => view! { <ButtonLink href=format!("{page}/edit") icon=Icon::Pencil>"Edit"</ButtonLink> }.into_any(),
        Some(why) => view! { <Button icon=Icon::Pencil disabled_reason=why>"Edit"</Button> }.into_any(),
    };
    let items =
        vec![MenuItem::link("Delete…", format!("{page}?dialog=delete")).danger().disabled(why_not_rights(&me, it))];
    view! {
        {edit}
        <Menu id=format!("menu-{}", it.team.id) label=format!("Actions for {}", it.team.name) items=items />
    }
    .into_any()
}

fn facts(it: &TeamRow) -> AnyView {
    let rows = vec![
        ("Members", members_in_short(it).into_any()),
        ("Profiles", or_none(it.facts.profile_names.join(", "))),
        ("Remark", or_none(it.team.remark.clone())),
        ("Created", view! { <Ago at=it.team.created_at /> }.into_any()),
    ];
    view! { <Facts rows=rows /> }.into_any()
}

fn members_card(shown: TeamPageData, list: List) -> AnyView {
    let add = match expect_context::<Me>().why_not_write(Screen::Members) {
        None => view! { <ButtonLink href="?dialog=add" icon=Icon::Plus>"Add member…"</ButtonLink> }.into_any(),
        Some(why) => view! { <Button icon=Icon::Plus disabled_reason=why>"Add member…"</Button> }.into_any(),
    };
    let members = list::awaited(5, 3, move || async move {
        match (shown.members.await, shown.team.await) {
            (Ok(page), Ok(row)) => table(page, row, shown, list),
            (Err(error), _) | (_, Err(error)) => list::failed(error, shown.refetch()),
        }
    });
    view! {
        <Card title="Members" text="Members have the team's permissions for as long as they belong to it.">
            {list::toolbar(list, "Search members", "Name", view! { <div class="end">{add}</div> }.into_any())}
            {members}
        </Card>
    }
    .into_any()
}

fn columns() -> Vec<Column<MemberRow>> {
    vec![
        Column::new("name", "Name", name_cell).sort("name").class("main"),
        Column::new("kind", "Kind", |it: &MemberRow| it.member.kind.label().into_any()),
        Column::new("company", "Company", |it: &MemberRow| it.company_name.clone().into_any()),
        Column::new("role", "Role", |it: &MemberRow| it.member.role.label().into_any()),
        Column::new("status", "Status", |it: &MemberRow| {
            let tone = if it.member.status == Status::Active { Tone::Ok } else { Tone::Muted };
            view! { <StatusBadge tone=tone word=it.member.status.label() /> }.into_any()
        }),
        Column::new("added", "Added", |it: &MemberRow| it.member.added_at.map(|at| view! { <Ago at=at /> }).into_any()),
    ]
}

fn name_cell(it: &MemberRow) -> AnyView {
    let Member { id, kind, name, username, .. } = &it.member;
    let href = match kind {
        MemberKind::ApiUser => Some(format!("{API_USERS}/{id}")),
        MemberKind::User => {
            let may = use_context::<Me>().is_some_and(|me| me.may(Screen::Users, Level::Read));
            may.then(|| format!("/users/{id}/edit"))
        }
    };
    let own = it.own.then(|| view! { <span class="muted">"(you)"</span> });
    let name = match href {
        Some(href) => view! { <a href=href>{name.clone()}</a> }.into_any(),
        None => name.clone().into_any(),
    };
    view! { <span class="who">{name}{own}<span class="mono">{username.clone()}</span></span> }.into_any()
}

fn table(page: Page<MemberRow>, row: TeamRow, shown: TeamPageData, list: List) -> AnyView {
    let me = expect_context::<Me>();
    let menu = move |it: &MemberRow| row_menu(&me, it);
    let (query, items, hidden) = (use_query_map(), page.items.clone(), row.team.hidden_count);
    let asked = move || {
        let id = query.with(|map| (text(map, "dialog") == "remove").then(|| text(map, "member")))?;
        items.iter().find(|row| row.member.id == id).map(|member| remove(member, &row, shown))
    };
    let (paging, narrowed) = (list.paging(&page, ("member", "members")), list.is_narrowed());
    let empty = move || {
        match narrowed {
        true => {
            view! { <EmptyState title="No matching members" text="Try another search." icon=Icon::Search /> }.into_any()
        }
        false => {
            view! { <EmptyState title="No members yet" text="Add users and API users to give them the team's permissions." icon=Icon::Users /> }
                .into_any()
        }
    }
    };
    // What the viewer does not administer is counted, never named.
    let hidden = (hidden > 0).then(|| {
        view! { <p class="muted">{format!("and {} more outside your company", thousands(hidden))}</p> }
    });
    view! {
        <Table caption="Members" columns=columns() rows=page.items row_key=|it: &MemberRow| it.member.id.clone()
            paging=paging sorting=list.sorting() actions=menu empty=empty />
        {hidden}
        {asked}
    }
    .into_any()
}

fn row_menu(me: &Me, it: &MemberRow) -> AnyView {
    let above = || format!("Only someone with the role {} or higher can remove this member.", it.member.role.label());
    let own = || "Someone else has to remove you from the team.".to_owned();
    let why = me.why_not_write(Screen::Members);
    let why = why.or_else(|| it.own.then(own)).or_else(|| (it.member.role > me.role).then(above));
    let href = format!("?dialog=remove&member={}", it.member.id);
    let items = vec![MenuItem::link("Remove from team…", href).danger().dialog().disabled(why)];
    view! { <Menu id=format!("menu-{}", it.member.id) label=format!("Actions for {}", it.member.name) items=items /> }
        .into_any()
}
