use super::model::SessionRow;
use crate::error::AppError;
use crate::features::settings::model::Inactivity;
use crate::types::{Json, ListQuery, Page};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "sessions.list", input = Json, output = Json)]
pub async fn list(query: ListQuery) -> Result<Page<SessionRow>, AppError> {
    crate::server::door::answer!(List, |call| super::ops::list(&call, &query).await)
}

#[server(prefix = "/fn", endpoint = "sessions.close", input = Json, output = Json)]
pub async fn close(id: String) -> Result<(), AppError> {
    crate::server::door::answer!(Close, |call| super::ops::close(&call, &id).await)
}

#[server(prefix = "/fn", endpoint = "sessions.idle_limit", input = Json, output = Json)]
pub async fn idle_limit() -> Result<Inactivity, AppError> {
    crate::server::door::answer!(IdleLimit, |call| super::ops::idle_limit(&call).await)
}

#[server(prefix = "/fn", endpoint = "sessions.set_idle_limit", input = Json, output = Json)]
pub async fn set_idle_limit(minutes: i64, version: Option<i64>) -> Result<(), AppError> {
    crate::server::door::answer!(SetIdleLimit, |call| super::ops::set_idle_limit(&call, minutes, version).await)
}

/// How many people this limit would sign out at once.
#[server(prefix = "/fn", endpoint = "sessions.idle_effect", input = Json, output = Json)]
pub async fn idle_effect(minutes: i64) -> Result<i64, AppError> {
    let screen = crate::access::Screen::Sessions;
    crate::server::door::answer!(IdleEffect, |call| crate::features::settings::ops::would_sign_out(
        &call, screen, minutes
    )
    .await)
}
