use super::model::{Growth, Profile, ProfileInput};
use crate::error::AppError;
use crate::types::{ListQuery, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "profiles.list", input = Json)]
pub async fn list(query: ListQuery) -> Result<Page<Profile>, AppError> {
    crate::server::door::open::<List, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::list::list(&call, &query).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "profiles.get", input = Json)]
pub async fn get(id: String) -> Result<Profile, AppError> {
    crate::server::door::open::<Get, _, _>(
        super::rest::FUNCTIONS,
        |call| async move { super::ops::get(&call, &id).await },
    )
    .await
}

#[server(prefix = "/fn", endpoint = "profiles.create", input = Json)]
pub async fn create(input: ProfileInput) -> Result<Profile, AppError> {
    crate::server::door::open::<Create, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::create(&call, input).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "profiles.edit", input = Json)]
pub async fn edit(id: String, version: i64, input: ProfileInput) -> Result<Profile, AppError> {
    crate::server::door::open::<Edit, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::edit(&call, &id, Some(version), input.into()).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "profiles.duplicate", input = Json)]
pub async fn duplicate(id: String) -> Result<Profile, AppError> {
    crate::server::door::open::<Duplicate, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::duplicate(&call, &id).await
    })
    .await
}

/// Whoever holds it gets `replacement` instead, at the same places and for as long.
#[server(prefix = "/fn", endpoint = "profiles.delete", input = Json)]
pub async fn delete(id: String, replacement: Option<String>) -> Result<(), AppError> {
    crate::server::door::open::<Delete, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::delete(&call, &id, replacement.as_deref()).await
    })
    .await
}

/// Who gains what when `replacement` takes its place.
#[server(prefix = "/fn", endpoint = "profiles.growth", input = Json)]
pub async fn who_gains(id: String, replacement: String) -> Result<Growth, AppError> {
    crate::server::door::open::<WhoGains, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::growth::growth(&call, &id, &replacement).await
    })
    .await
}
