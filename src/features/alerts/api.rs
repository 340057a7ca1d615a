use super::model::{Alert, AlertQuery};
use crate::error::AppError;
use crate::types::Page;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "alerts.list", input = Json)]
pub async fn list(query: AlertQuery) -> Result<Page<Alert>, AppError> {
    crate::server::door::with(crate::access::Need::read(crate::access::Screen::Alerts), |call| async move {
        super::ops::list(&call, &query).await
    })
    .await
}
