use super::model::Session;
use crate::error::AppError;
use crate::features::settings::model::Inactivity;
use crate::types::{ListQuery, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "sessions.list", input = Json)]
pub async fn list(query: ListQuery) -> Result<Page<Session>, AppError> {
    crate::server::door::open::<List, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::list(&call, &query).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "sessions.close", input = Json)]
pub async fn close(id: String) -> Result<(), AppError> {
    crate::server::door::open::<Close, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::close(&call, &id).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "sessions.idle_limit", input = Json)]
pub async fn idle_limit() -> Result<Inactivity, AppError> {
    crate::server::door::open::<IdleLimit, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::idle_limit(&call).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "sessions.set_idle_limit", input = Json)]
pub async fn set_idle_limit(minutes: i64, version: Option<i64>) -> Result<(), AppError> {
    crate::server::door::open::<SetIdleLimit, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::set_idle_limit(&call, minutes, version).await
    })
    .await
}

/// How many people this limit would sign out at once.
#[server(prefix = "/fn", endpoint = "sessions.idle_effect", input = Json)]
pub async fn idle_effect(minutes: i64) -> Result<i64, AppError> {
    let screen = crate::access::Screen::Sessions;
    crate::server::door::open::<IdleEffect, _, _>(super::rest::FUNCTIONS, |call| async move {
        crate::features::settings::ops::would_sign_out(&call, screen, minutes).await
    })
    .await
}
