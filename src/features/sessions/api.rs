use super::model::SessionRow;
use crate::error::AppError;
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
