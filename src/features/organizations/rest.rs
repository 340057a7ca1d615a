//! An organization as the HTTP API names it.

use crate::server::openapi::Id;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OrganizationName")]
pub struct OrganizationJson {
    #[schemars(with = "Id")]
    pub id: String,
    pub name: String,
}
