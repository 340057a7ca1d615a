use super::model::{Growth, NewProfile, Profile, ProfileChange};
use crate::error::AppError;
use crate::types::{Json, ListQuery, Page};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "profiles.list", input = Json, output = Json)]
pub async fn list(query: ListQuery) -> Result<Page<Profile>, AppError> {
    crate::server::door::answer!(List, |call| super::list::list(&call, &query).await)
}

#[server(prefix = "/fn", endpoint = "profiles.get", input = Json, output = Json)]
pub async fn get(id: String) -> Result<Profile, AppError> {
    crate::server::door::answer!(Get, |call| super::ops::get(&call, &id).await)
}

#[server(prefix = "/fn", endpoint = "profiles.create", input = Json, output = Json)]
pub async fn create(new: NewProfile) -> Result<Profile, AppError> {
    crate::server::door::answer!(Create, |call| super::ops::create(&call, new).await)
}

#[server(prefix = "/fn", endpoint = "profiles.edit", input = Json, output = Json)]
pub async fn edit(id: String, version: i64, change: ProfileChange) -> Result<Profile, AppError> {
    crate::server::door::answer!(Edit, |call| super::ops::edit(&call, &id, Some(version), change).await)
}

#[server(prefix = "/fn", endpoint = "profiles.duplicate", input = Json, output = Json)]
pub async fn duplicate(id: String) -> Result<Profile, AppError> {
    crate::server::door::answer!(Duplicate, |call| super::ops::duplicate(&call, &id).await)
}

/// Whoever holds it gets `replacement` instead, at the same places and for as long.
#[server(prefix = "/fn", endpoint = "profiles.delete", input = Json, output = Json)]
pub async fn delete(id: String, replacement: Option<String>) -> Result<(), AppError> {
    crate::server::door::answer!(Delete, |call| super::ops::delete(&call, &id, replacement.as_deref()).await)
}

/// Who gains what when `replacement` takes its place.
#[server(prefix = "/fn", endpoint = "profiles.growth", input = Json, output = Json)]
pub async fn who_gains(id: String, replacement: String) -> Result<Growth, AppError> {
    crate::server::door::answer!(WhoGains, |call| super::growth::growth(&call, &id, &replacement).await)
}
