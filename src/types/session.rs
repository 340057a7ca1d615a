use serde::{Deserialize, Serialize};

/// What is signed in. Another kind is one more here and one more select in the store of sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A person in a browser.
    Console,
    /// An access token.
    Integration,
    /// A person's key, while a program uses it.
    ApiKey,
    /// An API user, while a program uses its token.
    ApiUser,
}

impl SessionKind {
    pub const ALL: [SessionKind; 4] =
        [SessionKind::Console, SessionKind::Integration, SessionKind::ApiKey, SessionKind::ApiUser];

    pub fn code(self) -> &'static str {
        match self {
            SessionKind::Console => "console",
            SessionKind::Integration => "integration",
            SessionKind::ApiKey => "api_key",
            SessionKind::ApiUser => "api_user",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            SessionKind::Console => "Console",
            SessionKind::Integration => "Integration",
            SessionKind::ApiKey => "API key",
            SessionKind::ApiUser => "API user",
        }
    }

    pub fn from_code(code: &str) -> Option<SessionKind> {
        SessionKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl From<String> for SessionKind {
    /// As a select of the store calls it.
    fn from(code: String) -> SessionKind {
        SessionKind::from_code(&code).unwrap_or(SessionKind::Console)
    }
}
