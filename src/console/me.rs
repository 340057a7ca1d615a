//! The signed-in person, for whom every page is.

use crate::access::{Gate, Level, Levels, Role, Screen};
use crate::types::{Millis, Named};
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

impl Me {
    pub fn may(&self, screen: Screen, level: Level) -> bool {
        level != Level::None && self.levels.get(screen) >= level
    }

    /// Why a control that writes on a screen is disabled; none when it is not.
    pub fn why_not_write(&self, screen: Screen) -> Option<String> {
        let name = screen.label();
        (!self.may(screen, Level::Full)).then(|| format!("You need the {name} screen at Full."))
    }
}
