use crate::access::{Level, Levels, Screen};
use serde::{Deserialize, Serialize};

/// What the first organization is called until somebody renames it.
pub const UNNAMED: &str = "My organization";

/// Where the first steps are.
pub const PATH: &str = "/start";

/// How far an organization is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstSteps {
    pub organization: String,
    /// Has a profile besides the built-in one.
    pub has_profile: bool,
    /// Has a user besides the one who looks.
    pub has_user: bool,
    /// Where mail is sent from.
    pub mail_server: Option<String>,
}

impl FirstSteps {
    pub fn is_named(&self) -> bool {
        self.organization != UNNAMED
    }

    /// What is left can wait.
    pub fn are_done(&self) -> bool {
        self.has_profile && self.has_user
    }
}

/// Whether somebody could take all of them.
pub fn may_take(levels: &Levels) -> bool {
    [Screen::Settings, Screen::Profiles, Screen::Users].iter().all(|screen| levels.get(*screen) == Level::Full)
}
