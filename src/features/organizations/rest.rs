use crate::server::openapi::Id;
use schemars::JsonSchema;
use serde::Serialize;

/// An organization as the HTTP API names it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OrganizationName")]
pub struct OrganizationJson {
    #[schemars(with = "Id")]
    pub id: String,
    pub name: String,
}
