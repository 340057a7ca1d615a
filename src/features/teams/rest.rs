//! `/api/v1/teams`.

use super::model::{Member, TeamRow};
use super::{members, ops, read};
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::resource::things::Things;
use crate::rights::model::{MemberKind, MemberRef};
use crate::server::Call;
use crate::server::openapi::{About, Id, words};
use crate::server::rest::{Api, Body, Created, NoContent, Requirement, created};
use crate::types::{ListQuery, Page};
use axum::Json;
use axum::extract::Path;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

const READ: Requirement = Requirement::Screen(Screen::Members, Level::Read);
const FULL: Requirement = Requirement::Screen(Screen::Members, Level::Full);

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/teams.list", READ),
    ("/fn/teams.get", READ),
    ("/fn/teams.members", READ),
    ("/fn/teams.choices", READ),
    ("/fn/teams.candidates", READ),
    ("/fn/teams.devices", READ),
    ("/fn/teams.create", FULL),
    ("/fn/teams.edit", FULL),
    ("/fn/teams.delete", FULL),
    ("/fn/teams.add_member", FULL),
    ("/fn/teams.remove_member", FULL),
];

pub fn api() -> Api {
    const MEMBER: &str = "/api/v1/teams/{id}/members/{member_id}";
    let joins = "The member has the team's permissions from its next request. The caller must hold all of them.";
    let teams = Things {
        api: Api::of("Teams", "Users and API users who share the team's permissions."),
        look: READ,
        change: FULL,
        paths: ["/api/v1/teams", "/api/v1/teams/{id}"],
        shown: |row: TeamRow| row.team,
        id: |team| &team.id,
        version: |team| team.version,
    };
    teams
        .list(("teams_list", "List teams"), &read::LISTING, read::list)
        .create(("teams_create", "Create a team"), ops::create)
        .get(("teams_get", "Get a team"), read::get)
        .edit(("teams_edit", "Edit a team, and so the permissions of its members"), read::get, ops::edit)
        .delete(("teams_delete", "Delete a team"), ops::delete)
        .api
        .list(
            "/api/v1/teams/{id}/members",
            READ,
            ("teams_list_members", "List the members of a team"),
            &read::MEMBERS,
            list_members,
        )
        .post(
            "/api/v1/teams/{id}/members",
            FULL,
            About::new("teams_add_member", "Add a member to a team").text(joins),
            add_member,
        )
        .get(MEMBER, READ, ("teams_get_member", "Get a member of a team"), get_member)
        .delete(MEMBER, FULL, ("teams_remove_member", "Remove a member from a team"), remove_member)
}

words!(MemberKind, "MemberKind", MemberKind::ALL.map(MemberKind::code));

async fn list_members(
    call: Call,
    Path(id): Path<String>,
    query: Result<ListQuery, AppError>,
) -> Result<Json<Page<Member>>, AppError> {
    Ok(Json(members::list(&call, &id, &query?).await?.map(|row| row.member)))
}

async fn get_member(call: Call, Path((id, member_id)): Path<(String, String)>) -> Result<Json<Member>, AppError> {
    Ok(Json(members::get(&call, &id, &member_id).await?))
}

impl JsonSchema for MemberRef {
    fn schema_name() -> Cow<'static, str> {
        "NewTeamMember".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (kind, id) = (generator.subschema_for::<MemberKind>(), generator.subschema_for::<Id>());
        json_schema!({
            "type": "object", "additionalProperties": false, "required": ["kind", "id"],
            "properties": { "kind": kind, "id": id },
        })
    }
}

/// A membership never changes.
const VERSION: i64 = 1;

async fn add_member(
    call: Call,
    Path(id): Path<String>,
    body: Result<Body<MemberRef>, AppError>,
) -> Result<Created<Member>, AppError> {
    read::get(&call, &id).await?;
    let Body(wanted) = body?;
    let member = members::add(&call, &id, &wanted).await?;
    Ok(created(&format!("/api/v1/teams/{id}/members/{}", member.id), VERSION, member))
}

async fn remove_member(call: Call, Path((id, member_id)): Path<(String, String)>) -> Result<NoContent, AppError> {
    members::remove(&call, &id, &member_id).await?;
    Ok(NoContent)
}
