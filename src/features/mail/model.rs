use crate::access::Role;
use crate::types::Instant;
use serde::{Deserialize, Serialize};

/// A mail that is waiting or that Doorward has given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct Mail {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    /// `temporary_password`.
    pub kind: String,
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub user_id: String,
    /// The account's current address.
    #[cfg_attr(feature = "ssr", sqlx(rename = "email"))]
    pub to: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub status: MailStatus,
    pub created_at: Instant,
    /// Attempts so far, including one in progress.
    pub tries: i64,
    pub last_try_at: Option<Instant>,
    /// Null once Doorward has given up.
    pub next_try_at: Option<Instant>,
    /// The mail server's response to the last attempt.
    pub last_error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailStatus {
    Waiting,
    /// Given up.
    Failed,
}

impl MailStatus {
    pub const ALL: [MailStatus; 2] = [MailStatus::Waiting, MailStatus::Failed];

    pub fn code(self) -> &'static str {
        match self {
            MailStatus::Waiting => "waiting",
            MailStatus::Failed => "failed",
        }
    }

    pub fn from_code(code: &str) -> Option<MailStatus> {
        MailStatus::ALL.into_iter().find(|status| status.code() == code)
    }
}

impl From<String> for MailStatus {
    fn from(code: String) -> MailStatus {
        MailStatus::from_code(&code).unwrap_or(MailStatus::Failed)
    }
}

/// A mail in the console, and as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct MailRow {
    #[cfg_attr(feature = "ssr", sqlx(flatten))]
    pub mail: Mail,
    pub username: String,
    pub name: String,
    /// Of whom it is for.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "i64"))]
    pub role: Role,
    #[serde(skip)]
    pub company_path: String,
}

impl MailRow {
    /// Whom it is for.
    pub fn who(&self) -> &str {
        if self.name.is_empty() { &self.username } else { &self.name }
    }
}

impl Mail {
    /// As people call what it brings.
    pub fn kind_label(&self) -> &'static str {
        match self.kind.as_str() {
            "temporary_password" => "Temporary password",
            _ => "Mail",
        }
    }
}
