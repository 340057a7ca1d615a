use super::model::FirstSteps;
use crate::error::AppError;
use crate::types::Json;
use leptos::prelude::*;

/// How far the organization is set up.
#[server(prefix = "/fn", endpoint = "first_start.steps", input = Json, output = Json)]
pub async fn steps() -> Result<FirstSteps, AppError> {
    crate::server::door::answer!(Steps, |call| super::ops::steps(&call).await)
}
