use crate::types::Millis;
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

/// An active session of somebody whom the viewer may see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    pub kind: Kind,
    /// The user, the integration or the API user.
    pub subject_id: String,
    /// Of a person; the client ID of an integration; how the token of an API user begins.
    pub username: String,
    pub name: String,
    /// Of a key, as its owner named it.
    pub key_name: Option<String>,
    /// Browser and system, or the program.
    pub client: String,
    pub address: String,
    /// When a key was made.
    pub signed_in_at: Millis,
    pub last_activity_at: Millis,
    /// None for a key without an end.
    pub expires_at: Option<Millis>,
    /// The viewer's own.
    pub own: bool,
}
