//! `/api/v1/teams`.

use super::model::{Member, NewTeam, Team, TeamChange};
use super::{members, ops, read};
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::rights::model::{MemberKind, MemberRef};
use crate::server::Call;
use crate::server::openapi::{About, Id, words};
use crate::server::rest::{Api, Body, Created, IfMatch, NoContent, Requirement, Versioned, created, versioned};
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
    Api::of("Teams", "Users and API users who share the team's permissions.")
        .list("/api/v1/teams", READ, ("teams_list", "List teams"), |schemas| read::LISTING.parameters(schemas), list)
        .post("/api/v1/teams", FULL, ("teams_create", "Create a team"), create)
        .get("/api/v1/teams/{id}", READ, ("teams_get", "Get a team"), get)
        .patch("/api/v1/teams/{id}", FULL, ("teams_edit", "Edit a team, and so the permissions of its members"), edit)
        .delete("/api/v1/teams/{id}", FULL, ("teams_delete", "Delete a team"), delete)
        .list(
            "/api/v1/teams/{id}/members",
            READ,
            ("teams_list_members", "List the members of a team"),
            |schemas| read::MEMBERS.parameters(schemas),
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

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<Team>>, AppError> {
    Ok(Json(read::list(&call, &query?).await?.map(|row| row.team)))
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<Team>, AppError> {
    let team = read::get(&call, &id).await?.team;
    Ok(versioned(team.version, team))
}

async fn create(call: Call, body: Result<Body<NewTeam>, AppError>) -> Result<Created<Team>, AppError> {
    let Body(new) = body?;
    let team = ops::create(&call, new).await?.team;
    Ok(created(&format!("/api/v1/teams/{}", team.id), team.version, team))
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<TeamChange>, AppError>,
) -> Result<Versioned<Team>, AppError> {
    read::get(&call, &id).await?;
    let (IfMatch(known), Body(change)) = (known?, body?);
    let team = ops::edit(&call, &id, known, change).await?.team;
    Ok(versioned(team.version, team))
}

async fn delete(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}

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
