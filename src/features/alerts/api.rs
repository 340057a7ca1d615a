use super::model::Alert;
use crate::error::AppError;
use crate::types::{Json, ListQuery, Page};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "alerts.list", input = Json, output = Json)]
pub async fn list(query: ListQuery) -> Result<Page<Alert>, AppError> {
    crate::server::door::answer!(List, |call| super::ops::list(&call, &query).await)
}
