use crate::access::{Level, Screen};
use crate::features::users::model::UserView;
use crate::rights::model::PlaceChoice;
use crate::types::Instant;
use serde::{Deserialize, Serialize};

/// All of the page of one user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub view: UserView,
    /// By screen, the highest level first.
    pub permissions: Vec<Permission>,
    pub buildings: Vec<Building>,
    /// The newest first; none where the viewer may not read sessions.
    pub sessions: Option<Vec<OpenSession>>,
    pub keys: Vec<HeldKey>,
    /// What happened to them last; none where the viewer may not read the audit log.
    pub events: Option<Vec<PastEvent>>,
    /// Where access can be checked.
    pub places: Vec<PlaceChoice>,
}

/// One screen, as one profile or the user's own permissions give it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permission {
    pub screen: Screen,
    pub level: Level,
    /// By name; none is everywhere.
    pub places: Vec<String>,
    /// `Technician`, `Own permissions`, `Control of devices through team Night shift`.
    pub because: String,
    /// When the first of its grants was made.
    pub since: Instant,
    /// Who made it; empty when they are gone.
    pub by: String,
    /// When it ends; none is without end.
    pub until: Option<Instant>,
}

/// A building with its floors from the lowest on, each with the highest level on any screen that has places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Building {
    pub name: String,
    pub level: Level,
    pub floors: Vec<(String, Level)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct OpenSession {
    pub id: String,
    pub client: String,
    pub address: String,
    pub signed_in_at: Instant,
    pub last_activity_at: Instant,
}

/// An API key, without what it opens: that is its owner's to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct HeldKey {
    pub id: String,
    pub name: String,
    pub created_at: Instant,
    pub expires_at: Option<Instant>,
    pub last_used_at: Option<Instant>,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct PastEvent {
    pub id: String,
    pub at: Instant,
    pub actor_name: String,
    pub action: String,
}

/// What is asked by *Check access*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub screen: Screen,
    pub level: Level,
    /// An id; none where the screen has no places, and for anywhere.
    pub place: Option<String>,
}

/// The answer of `decide`, in a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub allowed: bool,
    pub text: String,
    /// When what allows it ends; none is without end.
    pub until: Option<Instant>,
}
