use crate::error::AppError;
use serde::{Deserialize, Serialize};

/// A new password, and what the first sign-in asks for besides.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PasswordChange {
    pub current: String,
    pub new: String,
    pub again: String,
    /// Asked for while the password is temporary, and only then; empty leaves them as they are.
    pub name: String,
    pub email: String,
    /// Of the account whose name and email were shown.
    #[serde(default)]
    pub version: Option<i64>,
    /// Ends all of one's API keys as well.
    #[serde(default)]
    pub revoke_api_keys: bool,
}

/// A password form that was sent before its page was alive, and refused: what to say, and what was typed but the passwords.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refused {
    pub error: AppError,
    pub name: String,
    pub email: String,
}
