use super::model::{Session, SessionQuery};
use crate::error::AppError;
use crate::features::settings::model::Inactivity;
use crate::types::Page;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "sessions.list", input = Json)]
pub async fn list(query: SessionQuery) -> Result<Page<Session>, AppError> {
    let need = crate::access::Need::read(crate::access::Screen::Sessions);
    crate::server::door::with(need, |call| async move { super::ops::list(&call, &query).await }).await
}

#[server(prefix = "/fn", endpoint = "sessions.close", input = Json)]
pub async fn close(id: String) -> Result<(), AppError> {
    let need = crate::access::Need::full(crate::access::Screen::Sessions);
    crate::server::door::with(need, |call| async move { super::ops::close(&call, &id).await }).await
}

#[server(prefix = "/fn", endpoint = "sessions.idle_limit", input = Json)]
pub async fn idle_limit() -> Result<Inactivity, AppError> {
    let need = crate::access::Need::read(crate::access::Screen::Sessions);
    crate::server::door::with(need, |call| async move { super::ops::idle_limit(&call).await }).await
}

#[server(prefix = "/fn", endpoint = "sessions.set_idle_limit", input = Json)]
pub async fn set_idle_limit(minutes: i64, version: Option<i64>) -> Result<(), AppError> {
    let need = crate::access::Need::full(crate::access::Screen::Sessions);
    crate::server::door::with(need, |call| async move { super::ops::set_idle_limit(&call, minutes, version).await })
        .await
}

/// How many people this limit would sign out at once.
#[server(prefix = "/fn", endpoint = "sessions.idle_effect", input = Json)]
pub async fn idle_effect(minutes: i64) -> Result<i64, AppError> {
    let screen = crate::access::Screen::Sessions;
    crate::server::door::with(crate::access::Need::full(screen), |call| async move {
        crate::features::settings::ops::would_sign_out(&call, screen, minutes).await
    })
    .await
}
