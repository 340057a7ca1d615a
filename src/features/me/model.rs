use crate::access::{Gate, Level, Levels, Role, Screen};
use crate::error::AppError;
use crate::types::Millis;
use serde::{Deserialize, Serialize};

/// The signed-in person as the console needs it: navigation, guards and the personal center come from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub session_id: String,
    pub account_id: String,
    /// Empty without an active membership.
    pub user_id: String,
    pub username: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    /// None without an active membership.
    pub organization: Option<Named>,
    pub role: Role,
    pub levels: Levels,
    pub gate: Option<Gate>,
    /// Milliseconds without a click or key after which the server ends the session; 0 is never.
    pub idle_limit: Millis,
    pub last_activity_at: Millis,
    pub expires_at: Millis,
    /// The server's clock when this was read.
    pub now: Millis,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

impl Me {
    pub fn may(&self, screen: Screen, level: Level) -> bool {
        level != Level::None && self.levels.get(screen) >= level
    }

    /// Why a control that writes on a screen is disabled; none when it is not.
    pub fn why_not_write(&self, screen: Screen) -> Option<String> {
        let name = screen.label();
        (!self.may(screen, Level::Full)).then(|| format!("{name} is read only for you."))
    }
}

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
