use super::model::Alert;
use crate::error::AppError;
use crate::types::{ListQuery, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "alerts.list", input = Json)]
pub async fn list(query: ListQuery) -> Result<Page<Alert>, AppError> {
    crate::server::door::answer!(List, |call| super::ops::list(&call, &query).await)
}
