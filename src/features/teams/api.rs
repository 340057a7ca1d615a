use super::model::{Member, NewTeam, Team, TeamChange};
use crate::error::AppError;
use crate::rights::model::DeviceChoice;
use crate::rights::model::{FormChoices, MemberRef};
use crate::types::{ListQuery, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "teams.list", input = Json)]
pub async fn list(query: ListQuery) -> Result<Page<Team>, AppError> {
    crate::server::door::open::<List, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::list(&call, &query).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "teams.get", input = Json)]
pub async fn get(id: String) -> Result<Team, AppError> {
    crate::server::door::open::<Get, _, _>(
        super::rest::FUNCTIONS,
        |call| async move { super::read::get(&call, &id).await },
    )
    .await
}

/// The members of a team within the viewer's reach.
#[server(prefix = "/fn", endpoint = "teams.members", input = Json)]
pub async fn members(id: String, query: ListQuery) -> Result<Page<Member>, AppError> {
    crate::server::door::open::<Members, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::members::list(&call, &id, &query).await
    })
    .await
}

/// What the forms of teams and API users offer.
#[server(prefix = "/fn", endpoint = "teams.choices", input = Json)]
pub async fn choices() -> Result<FormChoices, AppError> {
    crate::server::door::open::<Choices, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::choices(&call).await
    })
    .await
}

/// Up to 20 users and API users whom the viewer may add to a team, by name or username; without a text the first ones.
#[server(prefix = "/fn", endpoint = "teams.candidates", input = Json)]
pub async fn candidates(q: String) -> Result<Vec<Member>, AppError> {
    crate::server::door::open::<Candidates, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::pick::people(&call, &q).await
    })
    .await
}

/// Up to 20 devices within the viewer's reach; every word must stand in the device's name or that of a place above it.
#[server(prefix = "/fn", endpoint = "teams.devices", input = Json)]
pub async fn devices(q: String) -> Result<Vec<DeviceChoice>, AppError> {
    crate::server::door::open::<Devices, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::pick::devices(&call, &q).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "teams.create", input = Json)]
pub async fn create(new: NewTeam) -> Result<Team, AppError> {
    crate::server::door::open::<Create, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::create(&call, new).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "teams.edit", input = Json)]
pub async fn edit(id: String, version: i64, change: TeamChange) -> Result<Team, AppError> {
    crate::server::door::open::<Edit, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::edit(&call, &id, Some(version), change).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "teams.delete", input = Json)]
pub async fn delete(id: String) -> Result<(), AppError> {
    crate::server::door::open::<Delete, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::delete(&call, &id).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "teams.add_member", input = Json)]
pub async fn add_member(id: String, member: MemberRef) -> Result<Member, AppError> {
    crate::server::door::open::<AddMember, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::members::add(&call, &id, &member).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "teams.remove_member", input = Json)]
pub async fn remove_member(id: String, member_id: String) -> Result<(), AppError> {
    crate::server::door::open::<RemoveMember, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::members::remove(&call, &id, &member_id).await
    })
    .await
}
