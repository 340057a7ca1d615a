use crate::access::Role;
use crate::types::Millis;
use serde::{Deserialize, Serialize};

/// A mail that waits, or that was given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    pub id: String,
    /// `temporary_password`.
    pub kind: String,
    pub user_id: String,
    /// Whom it is for.
    pub name: String,
    /// The address that the account has now.
    pub to: String,
    /// The rank of whom it is for.
    pub role: Role,
    pub created_at: Millis,
    /// Those that failed, and the one that is under way.
    pub tries: i64,
    pub last_try_at: Option<Millis>,
    /// None: given up.
    pub next_try_at: Option<Millis>,
    /// What the mail server said to the last try; empty before it.
    pub last_error: String,
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
