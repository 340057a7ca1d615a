//! `/api/v1/teams`.

use super::model::{Member, NAME_MAX, NewTeam, REMARK_MAX, Team, TeamChange};
use super::{members, ops, read};
use crate::access::{Level, Role, Screen};
use crate::error::AppError;
use crate::rights::model::{MemberKind, MemberRef};
use crate::rights::rest::{RightsBody, RightsJson};
use crate::server::Call;
use crate::server::openapi::{About, Id, Time, words};
use crate::server::rest::{Api, Body, Created, Declared, IfMatch, NoContent, Versioned, created, versioned};
use crate::types::{ListQuery, Page, rfc3339};
use axum::Json;
use axum::extract::Path;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

const READ: Declared = Declared::Screen(Screen::Members, Level::Read);
const FULL: Declared = Declared::Screen(Screen::Members, Level::Full);

pub const FUNCTIONS: &[(&str, Declared)] = &[
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

/// A team as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Team")]
struct TeamJson {
    #[schemars(with = "Id")]
    id: String,
    name: String,
    remark: String,
    rights: RightsJson,
    user_count: i64,
    api_user_count: i64,
    /// Members the caller doesn't manage: counted, not listed.
    hidden_count: i64,
    #[schemars(with = "Time")]
    created_at: String,
    version: i64,
}

impl From<Team> for TeamJson {
    fn from(team: Team) -> Self {
        TeamJson {
            id: team.id,
            name: team.name,
            remark: team.remark,
            rights: team.held.into(),
            user_count: team.user_count,
            api_user_count: team.api_user_count,
            hidden_count: team.hidden_count,
            created_at: rfc3339(team.created_at),
            version: team.version,
        }
    }
}

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<TeamJson>>, AppError> {
    Ok(Json(read::list(&call, &query?).await?.map(TeamJson::from)))
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<TeamJson>, AppError> {
    let team = read::get(&call, &id).await?;
    Ok(versioned(team.version, TeamJson::from(team)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewTeam")]
struct CreateBody {
    #[schemars(length(min = 1, max = NAME_MAX))]
    name: String,
    #[serde(default)]
    #[schemars(length(max = REMARK_MAX))]
    remark: String,
    #[serde(default)]
    rights: RightsBody,
    #[serde(default)]
    members: Vec<MemberRef>,
}

async fn create(call: Call, body: Result<Body<CreateBody>, AppError>) -> Result<Created<TeamJson>, AppError> {
    let Body(CreateBody { name, remark, rights, members }) = body?;
    let team = ops::create(&call, NewTeam { name, remark, rights: rights.understood()?, members }).await?;
    Ok(created(&format!("/api/v1/teams/{}", team.id), team.version, TeamJson::from(team)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TeamChange")]
struct EditBody {
    #[schemars(length(min = 1, max = NAME_MAX))]
    name: Option<String>,
    #[schemars(length(max = REMARK_MAX))]
    remark: Option<String>,
    /// The complete permissions; they replace the current ones.
    rights: Option<RightsBody>,
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Versioned<TeamJson>, AppError> {
    read::get(&call, &id).await?;
    let (IfMatch(known), Body(EditBody { name, remark, rights })) = (known?, body?);
    let rights = rights.map(RightsBody::understood).transpose()?;
    let team = ops::edit(&call, &id, known, TeamChange { name, remark, rights }).await?;
    Ok(versioned(team.version, TeamJson::from(team)))
}

async fn delete(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}

/// A member as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TeamMember")]
struct MemberJson {
    kind: MemberKind,
    #[schemars(with = "Id")]
    id: String,
    name: String,
    /// Null for an API user.
    username: Option<String>,
    #[schemars(with = "Id")]
    company_id: String,
    role: Role,
    #[schemars(extend("enum" = ["active", "disabled"]))]
    status: &'static str,
    #[schemars(with = "Option<Time>")]
    added_at: Option<String>,
}

impl From<Member> for MemberJson {
    fn from(member: Member) -> Self {
        MemberJson {
            kind: member.kind,
            id: member.id,
            name: member.name,
            username: Some(member.username).filter(|username| !username.is_empty()),
            company_id: member.company_id,
            role: member.role,
            status: if member.active { "active" } else { "disabled" },
            added_at: member.added_at.map(rfc3339),
        }
    }
}

async fn list_members(
    call: Call,
    Path(id): Path<String>,
    query: Result<ListQuery, AppError>,
) -> Result<Json<Page<MemberJson>>, AppError> {
    Ok(Json(members::list(&call, &id, &query?).await?.map(MemberJson::from)))
}

async fn get_member(call: Call, Path((id, member_id)): Path<(String, String)>) -> Result<Json<MemberJson>, AppError> {
    Ok(Json(members::get(&call, &id, &member_id).await?.into()))
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
) -> Result<Created<MemberJson>, AppError> {
    read::get(&call, &id).await?;
    let Body(wanted) = body?;
    let member = members::add(&call, &id, &wanted).await?;
    Ok(created(&format!("/api/v1/teams/{id}/members/{}", member.id), VERSION, MemberJson::from(member)))
}

async fn remove_member(call: Call, Path((id, member_id)): Path<(String, String)>) -> Result<NoContent, AppError> {
    members::remove(&call, &id, &member_id).await?;
    Ok(NoContent)
}
