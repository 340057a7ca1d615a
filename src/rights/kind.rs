//! The kinds of subjects, which the product closes.

use crate::access::{ActorKind, Screen};
use crate::types::Topic;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    User,
    Team,
    ApiUser,
    Integration,
}

impl SubjectKind {
    pub const ALL: [SubjectKind; 4] =
        [SubjectKind::User, SubjectKind::Team, SubjectKind::ApiUser, SubjectKind::Integration];

    pub fn code(self) -> &'static str {
        match self {
            SubjectKind::User => ActorKind::User.code(),
            SubjectKind::Team => "team",
            SubjectKind::ApiUser => ActorKind::ApiUser.code(),
            SubjectKind::Integration => ActorKind::Integration.code(),
        }
    }

    pub fn from_code(code: &str) -> Option<SubjectKind> {
        SubjectKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Where its rows are administered, and so its grants.
    pub fn screen(self) -> Screen {
        match self {
            SubjectKind::User => Screen::Users,
            SubjectKind::Team | SubjectKind::ApiUser => Screen::Members,
            SubjectKind::Integration => Screen::Integrations,
        }
    }

    pub fn topics(self) -> &'static [Topic] {
        match self {
            SubjectKind::User => &[Topic::Users, Topic::Access],
            SubjectKind::Team => &[Topic::Members, Topic::Users, Topic::Access],
            SubjectKind::ApiUser => &[Topic::Members, Topic::Access],
            SubjectKind::Integration => &[Topic::Integrations, Topic::Access],
        }
    }
}
