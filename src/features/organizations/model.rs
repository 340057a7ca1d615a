use serde::{Deserialize, Serialize};

/// An organization by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct OrganizationName {
    #[cfg_attr(feature = "ssr", sqlx(rename = "organization_id"), schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    #[cfg_attr(feature = "ssr", sqlx(rename = "organization_name"))]
    pub name: String,
}
