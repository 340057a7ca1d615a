use super::model::{Member, MemberRow, NewTeam, TeamChange, TeamRow};
use crate::error::AppError;
use crate::rights::model::DeviceChoice;
use crate::rights::model::{FormChoices, MemberRef};
use crate::types::{Json, ListQuery, Page};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "teams.list", input = Json, output = Json)]
pub async fn list(query: ListQuery) -> Result<Page<TeamRow>, AppError> {
    crate::server::door::answer!(List, |call| super::read::list(&call, &query).await)
}

#[server(prefix = "/fn", endpoint = "teams.get", input = Json, output = Json)]
pub async fn get(id: String) -> Result<TeamRow, AppError> {
    crate::server::door::answer!(Get, |call| super::read::get(&call, &id).await)
}

/// The members of a team within the viewer's reach.
#[server(prefix = "/fn", endpoint = "teams.members", input = Json, output = Json)]
pub async fn members(id: String, query: ListQuery) -> Result<Page<MemberRow>, AppError> {
    crate::server::door::answer!(Members, |call| super::members::list(&call, &id, &query).await)
}

/// What the forms of teams and API users offer.
#[server(prefix = "/fn", endpoint = "teams.choices", input = Json, output = Json)]
pub async fn choices() -> Result<FormChoices, AppError> {
    crate::server::door::answer!(Choices, |call| super::read::choices(&call).await)
}

/// Up to 20 users and API users whom the viewer may add to a team, by name or username; without a text the first ones.
#[server(prefix = "/fn", endpoint = "teams.candidates", input = Json, output = Json)]
pub async fn candidates(q: String) -> Result<Vec<MemberRow>, AppError> {
    crate::server::door::answer!(Candidates, |call| super::pick::people(&call, &q).await)
}

/// Up to 20 devices within the viewer's reach; every word must stand in the device's name or that of a place above it.
#[server(prefix = "/fn", endpoint = "teams.devices", input = Json, output = Json)]
pub async fn devices(q: String) -> Result<Vec<DeviceChoice>, AppError> {
    crate::server::door::answer!(Devices, |call| super::pick::devices(&call, &q).await)
}

#[server(prefix = "/fn", endpoint = "teams.create", input = Json, output = Json)]
pub async fn create(new: NewTeam) -> Result<TeamRow, AppError> {
    crate::server::door::answer!(Create, |call| super::ops::create(&call, new).await)
}

#[server(prefix = "/fn", endpoint = "teams.edit", input = Json, output = Json)]
pub async fn edit(id: String, version: i64, change: TeamChange) -> Result<TeamRow, AppError> {
    crate::server::door::answer!(Edit, |call| super::ops::edit(&call, &id, Some(version), change).await)
}

#[server(prefix = "/fn", endpoint = "teams.delete", input = Json, output = Json)]
pub async fn delete(id: String) -> Result<(), AppError> {
    crate::server::door::answer!(Delete, |call| super::ops::delete(&call, &id).await)
}

#[server(prefix = "/fn", endpoint = "teams.add_member", input = Json, output = Json)]
pub async fn add_member(id: String, member: MemberRef) -> Result<Member, AppError> {
    crate::server::door::answer!(AddMember, |call| super::members::add(&call, &id, &member).await)
}

#[server(prefix = "/fn", endpoint = "teams.remove_member", input = Json, output = Json)]
pub async fn remove_member(id: String, member_id: String) -> Result<(), AppError> {
    crate::server::door::answer!(RemoveMember, |call| super::members::remove(&call, &id, &member_id).await)
}
