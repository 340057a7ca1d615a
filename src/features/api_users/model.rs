use crate::access::Role;
use crate::features::integrations::model::Health;
use crate::rights::model::{HeldRights, NewRights, Rights, RightsFacts};
use crate::types::{Instant, Name, Named, Remark, Status};
use serde::{Deserialize, Serialize};

/// A service account with one access token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct ApiUser {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    pub name: String,
    pub remark: String,
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub company_id: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "i64"))]
    pub role: Role,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub status: Status,
    /// Ids, ordered by the teams' names.
    #[cfg_attr(feature = "ssr", sqlx(skip), schemars(with = "Vec<crate::server::openapi::Id>"))]
    pub teams: Vec<String>,
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub rights: Rights,
    #[cfg_attr(feature = "ssr", sqlx(flatten))]
    pub token: AccessToken,
    pub made_by: String,
    pub created_at: Instant,
    pub last_used_at: Option<Instant>,
    pub last_address: Option<String>,
    pub version: i64,
    /// Only in the answer that created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub access_token: Option<String>,
}

/// The access token of an API user, without its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema), schemars(rename = "ApiUserToken"))]
pub struct AccessToken {
    /// The first characters of the token.
    #[cfg_attr(feature = "ssr", sqlx(rename = "token_hint"))]
    pub hint: String,
    #[cfg_attr(feature = "ssr", sqlx(rename = "token_made_at"))]
    pub made_at: Instant,
    #[cfg_attr(feature = "ssr", sqlx(rename = "token_expires_at"))]
    pub expires_at: Option<Instant>,
}

/// An API user in the console, and as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct ApiUserRow {
    #[cfg_attr(feature = "ssr", sqlx(flatten))]
    pub api_user: ApiUser,
    pub company_name: String,
    /// By name.
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub teams: Vec<Named>,
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub facts: RightsFacts,
    /// Its token has run out, and opens nothing any more.
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub expired: bool,
    #[serde(skip)]
    pub name_key: String,
    #[serde(skip)]
    pub company_path: String,
}

impl ApiUserRow {
    pub fn held(&self) -> HeldRights {
        HeldRights { rights: self.api_user.rights.clone(), facts: self.facts.clone() }
    }
}

/// An API user to add.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct NewApiUser {
    pub name: Name,
    #[serde(default)]
    pub remark: Remark,
    /// The caller's own by default.
    pub role: Option<Role>,
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schemars(with = "Vec<crate::server::openapi::Id>"))]
    pub teams: Vec<String>,
    #[serde(default)]
    pub rights: NewRights,
    /// When the token expires; by default never.
    pub expires_at: Option<Instant>,
}

impl NewApiUser {
    /// Its fields, as an edit names them.
    pub fn fields(&self, own: Role) -> ApiUserChange {
        ApiUserChange {
            name: Some(self.name.clone()),
            remark: Some(self.remark.clone()),
            role: Some(self.role.unwrap_or(own)),
            ..ApiUserChange::default()
        }
    }
}

/// What an edit changes; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct ApiUserChange {
    pub name: Option<Name>,
    pub remark: Option<Remark>,
    pub role: Option<Role>,
    /// The complete list, as with `rights`; it replaces the current one.
    #[cfg_attr(feature = "ssr", schemars(with = "Option<Vec<crate::server::openapi::Id>>"))]
    pub teams: Option<Vec<String>>,
    pub rights: Option<NewRights>,
}

/// A new access token, which replaces the current one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct NewApiUserToken {
    pub expires_at: Option<Instant>,
}

/// All of the page of one API user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    pub row: ApiUserRow,
    pub health: Health,
    /// Where clients reach this installation.
    pub url: String,
}
