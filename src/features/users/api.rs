use super::model::{AccessLine, FormChoices, NewUser, PasswordSetup, UserChange, UserFilters, UserView};
use super::person::model::{Person, Question, Verdict};
use crate::error::AppError;
use crate::types::{Json, ListQuery, Page};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "users.list", input = Json, output = Json)]
pub async fn list(query: ListQuery) -> Result<Page<UserView>, AppError> {
    crate::server::door::answer!(List, |call| super::read::list(&call, &query).await)
}

#[server(prefix = "/fn", endpoint = "users.get", input = Json, output = Json)]
pub async fn get(id: String) -> Result<UserView, AppError> {
    crate::server::door::answer!(Get, |call| super::read::get(&call, &id).await)
}

/// What the form of a user offers.
#[server(prefix = "/fn", endpoint = "users.choices", input = Json, output = Json)]
pub async fn choices() -> Result<FormChoices, AppError> {
    crate::server::door::answer!(Choices, |call| super::read::choices(&call).await)
}

/// What the list can be narrowed to.
#[server(prefix = "/fn", endpoint = "users.filters", input = Json, output = Json)]
pub async fn filters() -> Result<UserFilters, AppError> {
    crate::server::door::answer!(Filters, |call| super::read::filters(&call).await)
}

#[server(prefix = "/fn", endpoint = "users.create", input = Json, output = Json)]
pub async fn create(new: NewUser) -> Result<UserView, AppError> {
    crate::server::door::answer!(Create, |call| super::ops::create(&call, new).await)
}

#[server(prefix = "/fn", endpoint = "users.edit", input = Json, output = Json)]
pub async fn edit(id: String, version: i64, change: UserChange) -> Result<UserView, AppError> {
    crate::server::door::answer!(Edit, |call| super::ops::edit(&call, &id, Some(version), change).await)
}

#[server(prefix = "/fn", endpoint = "users.reset_password", input = Json, output = Json)]
pub async fn reset_password(
    id: String,
    password: PasswordSetup,
    #[server(default)] keep_api_keys: bool,
) -> Result<UserView, AppError> {
    crate::server::door::answer!(ResetPassword, |call| super::passwords::reset(&call, &id, &password, keep_api_keys)
        .await)
}

#[server(prefix = "/fn", endpoint = "users.disable", input = Json, output = Json)]
pub async fn disable(id: String) -> Result<UserView, AppError> {
    crate::server::door::answer!(Disable, |call| super::ops::disable(&call, &id).await)
}

#[server(prefix = "/fn", endpoint = "users.enable", input = Json, output = Json)]
pub async fn enable(id: String) -> Result<UserView, AppError> {
    crate::server::door::answer!(Enable, |call| super::ops::enable(&call, &id).await)
}

#[server(prefix = "/fn", endpoint = "users.delete", input = Json, output = Json)]
pub async fn delete(id: String) -> Result<(), AppError> {
    crate::server::door::answer!(Delete, |call| super::ops::delete(&call, &id).await)
}

#[server(prefix = "/fn", endpoint = "users.close_session", input = Json, output = Json)]
pub async fn close_session(id: String) -> Result<(), AppError> {
    crate::server::door::answer!(CloseSession, |call| super::ops::close_session(&call, &id).await)
}

/// *Effective access* of one user.
#[server(prefix = "/fn", endpoint = "users.access", input = Json, output = Json)]
pub async fn access(id: String) -> Result<Vec<AccessLine>, AppError> {
    crate::server::door::answer!(Access, |call| super::read::access(&call, &id).await)
}

/// All of the page of one user.
#[server(prefix = "/fn", endpoint = "users.person", input = Json, output = Json)]
pub async fn look(id: String) -> Result<Person, AppError> {
    crate::server::door::answer!(Look, |call| super::person::read::person(&call, &id).await)
}

/// Whether a user may do something, and because of what.
#[server(prefix = "/fn", endpoint = "users.check", input = Json, output = Json)]
pub async fn check(id: String, question: Question) -> Result<Verdict, AppError> {
    crate::server::door::answer!(Check, |call| super::person::read::check(&call, &id, &question).await)
}

/// What disabling or deleting would end, for the question before it.
#[server(prefix = "/fn", endpoint = "users.consequences", input = Json, output = Json)]
pub async fn what_follows(id: String) -> Result<super::model::WhatFollows, AppError> {
    crate::server::door::answer!(WhatFollows, |call| super::read::consequences(&call, &id).await)
}
