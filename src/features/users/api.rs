use super::model::{AccessLine, FormChoices, Handover, NewUser, PasswordSetup, User, UserChange, UserFilters};
use crate::error::AppError;
use crate::types::{ListQuery, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "users.list", input = Json)]
pub async fn list(query: ListQuery) -> Result<Page<User>, AppError> {
    crate::server::door::open::<List, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::list(&call, &query).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "users.get", input = Json)]
pub async fn get(id: String) -> Result<User, AppError> {
    crate::server::door::open::<Get, _, _>(
        super::rest::FUNCTIONS,
        |call| async move { super::read::get(&call, &id).await },
    )
    .await
}

/// What the form of a user offers.
#[server(prefix = "/fn", endpoint = "users.choices", input = Json)]
pub async fn choices() -> Result<FormChoices, AppError> {
    crate::server::door::open::<Choices, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::choices(&call).await
    })
    .await
}

/// What the list can be narrowed to.
#[server(prefix = "/fn", endpoint = "users.filters", input = Json)]
pub async fn filters() -> Result<UserFilters, AppError> {
    crate::server::door::open::<Filters, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::filters(&call).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "users.create", input = Json)]
pub async fn create(new: NewUser) -> Result<Handover, AppError> {
    crate::server::door::open::<Create, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::create(&call, new).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "users.edit", input = Json)]
pub async fn edit(id: String, version: i64, change: UserChange) -> Result<User, AppError> {
    crate::server::door::open::<Edit, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::edit(&call, &id, Some(version), change).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "users.reset_password", input = Json)]
pub async fn reset_password(
    id: String,
    password: PasswordSetup,
    #[server(default)] keep_api_keys: bool,
) -> Result<Handover, AppError> {
    crate::server::door::open::<ResetPassword, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::passwords::reset(&call, &id, &password, keep_api_keys).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "users.disable", input = Json)]
pub async fn disable(id: String) -> Result<User, AppError> {
    crate::server::door::open::<Disable, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::disable(&call, &id).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "users.enable", input = Json)]
pub async fn enable(id: String) -> Result<User, AppError> {
    crate::server::door::open::<Enable, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::enable(&call, &id).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "users.delete", input = Json)]
pub async fn delete(id: String) -> Result<(), AppError> {
    crate::server::door::open::<Delete, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::delete(&call, &id).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "users.close_session", input = Json)]
pub async fn close_session(id: String) -> Result<(), AppError> {
    crate::server::door::open::<CloseSession, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::close_session(&call, &id).await
    })
    .await
}

/// *Effective access* of one user.
#[server(prefix = "/fn", endpoint = "users.access", input = Json)]
pub async fn access(id: String) -> Result<Vec<AccessLine>, AppError> {
    crate::server::door::open::<Access, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::access(&call, &id).await
    })
    .await
}

/// What disabling or deleting would end, for the question before it.
#[server(prefix = "/fn", endpoint = "users.consequences", input = Json)]
pub async fn what_follows(id: String) -> Result<super::model::WhatFollows, AppError> {
    crate::server::door::open::<WhatFollows, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::consequences(&call, &id).await
    })
    .await
}
