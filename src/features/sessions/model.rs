use crate::types::Instant;
use serde::{Deserialize, Serialize};

/// What is signed in. Another kind is one more here and one more select in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person in a browser.
    Console,
    /// An access token.
    Integration,
    /// A person's key, while a program uses it.
    ApiKey,
    /// An API user, while a program uses its token.
    ApiUser,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Console, Kind::Integration, Kind::ApiKey, Kind::ApiUser];

    pub fn code(self) -> &'static str {
        match self {
            Kind::Console => "console",
            Kind::Integration => "integration",
            Kind::ApiKey => "api_key",
            Kind::ApiUser => "api_user",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Kind::Console => "Console",
            Kind::Integration => "Integration",
            Kind::ApiKey => "API key",
            Kind::ApiUser => "API user",
        }
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl From<String> for Kind {
    /// As a select of the store calls it.
    fn from(code: String) -> Kind {
        Kind::from_code(&code).unwrap_or(Kind::Console)
    }
}

/// An active session: of a browser, an access token, or a key or API user in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct Session {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: Kind,
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
