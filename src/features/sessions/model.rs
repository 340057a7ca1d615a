use crate::types::{Instant, SessionKind};
use serde::{Deserialize, Serialize};

/// An active session: of a browser, an access token, or a key or API user in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct Session {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: SessionKind,
    /// The user who is signed in, or whose API key is in use.
    #[cfg_attr(feature = "ssr", sqlx(skip), schemars(with = "Option<crate::server::openapi::Id>"))]
    pub user_id: Option<String>,
    #[cfg_attr(feature = "ssr", sqlx(skip), schemars(with = "Option<crate::server::openapi::Id>"))]
    pub integration_id: Option<String>,
    #[cfg_attr(feature = "ssr", sqlx(skip), schemars(with = "Option<crate::server::openapi::Id>"))]
    pub api_user_id: Option<String>,
    /// The client ID of an integration; the first characters of an API user's token.
    pub username: String,
    /// The name of the API key; closing the session revokes the key.
    pub key_name: Option<String>,
    pub client: String,
    pub address: String,
    pub signed_in_at: Instant,
    pub last_activity_at: Instant,
    /// Null for an API key that doesn't expire.
    pub expires_at: Option<Instant>,
}

/// A session in the console, and as it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct SessionRow {
    #[cfg_attr(feature = "ssr", sqlx(flatten))]
    pub session: Session,
    /// The user, the integration or the API user.
    pub subject_id: String,
    pub name: String,
    /// The viewer's own.
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub own: bool,
    #[serde(skip)]
    pub company_path: String,
    #[serde(skip)]
    pub role: i64,
}
