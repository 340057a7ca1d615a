use crate::access::{Levels, most_of_key};
use crate::features::organizations::model::OrganizationName;
use crate::types::{Instant, Name, Remark};
use serde::{Deserialize, Serialize};

/// An API key as its owner sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct ApiKey {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    pub name: String,
    #[cfg_attr(feature = "ssr", sqlx(flatten))]
    pub organization: OrganizationName,
    pub remark: String,
    /// The first characters of the secret.
    pub hint: String,
    /// Null means everything its owner is allowed to do.
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub levels: Option<Levels>,
    #[cfg_attr(feature = "ssr", sqlx(rename = "may_administer"))]
    pub may_administer_access: bool,
    pub created_at: Instant,
    pub expires_at: Option<Instant>,
    pub last_used_at: Option<Instant>,
    pub last_address: Option<String>,
    /// Only in the answer that created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub secret: Option<String>,
}

/// A key in the console, and as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct KeyRow {
    #[cfg_attr(feature = "ssr", sqlx(flatten))]
    pub key: ApiKey,
    /// It has run out, and opens nothing any more.
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub expired: bool,
    #[serde(skip)]
    pub name_key: String,
    /// What it was narrowed to, a table screen → level in JSON.
    #[serde(skip)]
    pub scope: Option<String>,
}

impl KeyRow {
    /// What it opens of what its owner may.
    pub fn opens(&self, owner: &Levels) -> Levels {
        if self.expired {
            return Levels::NONE;
        }
        owner.min(&most_of_key(self.key.levels, self.key.may_administer_access))
    }
}

/// An API key to create.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct NewApiKey {
    pub name: Name,
    /// Only the current organization is possible; it is the default.
    #[cfg_attr(feature = "ssr", schemars(with = "Option<crate::server::openapi::Id>"))]
    pub organization_id: Option<String>,
    #[serde(default)]
    pub remark: Remark,
    /// The most it can do; by default everything its owner is allowed to do.
    pub levels: Option<Levels>,
    /// Without it, the key can only read wherever a write would give or remove access.
    #[serde(default)]
    pub may_administer_access: bool,
    pub expires_at: Option<Instant>,
}
