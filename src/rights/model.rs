use crate::access::{DeviceRight, Levels, Role};
use crate::types::Named;
use serde::{Deserialize, Serialize};

/// `"everything"`, or the ids of places.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "PlacesJson", into = "PlacesJson")]
pub enum Places {
    #[default]
    Everything,
    Some(Vec<String>),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum PlacesJson {
    Word(String),
    Ids(Vec<String>),
}

impl Places {
    /// None of them for everything.
    pub fn ids(&self) -> &[String] {
        match self {
            Places::Everything => &[],
            Places::Some(ids) => ids,
        }
    }
}

impl From<Places> for PlacesJson {
    fn from(places: Places) -> Self {
        match places {
            Places::Everything => PlacesJson::Word("everything".into()),
            Places::Some(ids) => PlacesJson::Ids(ids),
        }
    }
}

impl TryFrom<PlacesJson> for Places {
    type Error = String;

    fn try_from(json: PlacesJson) -> Result<Self, String> {
        match json {
            PlacesJson::Word(word) if word == "everything" => Ok(Places::Everything),
            PlacesJson::Word(word) => Err(format!("{word} is neither everything nor a list of places")),
            PlacesJson::Ids(ids) => Ok(Places::Some(ids)),
        }
    }
}

/// What a team or an API user may do, as its form shows it: the organization's screens, and devices besides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rights {
    /// Ids.
    pub profiles: Vec<String>,
    /// Levels of its own beside the profiles.
    pub levels: Levels,
    /// Where profiles and levels count. In a form none is everything, where the actor may give that; in an answer none
    /// says that the places differ, and then a change of the rights has to choose some.
    pub places: Option<Places>,
    /// Of its own, on everything, beside what counts at places.
    #[serde(default)]
    pub organization_levels: Levels,
    pub devices: Vec<DeviceGrant>,
    /// On every device of the organization, present and future.
    pub all_devices: Option<DeviceRight>,
}

impl Rights {
    /// What is held counts in different places; for somebody new there is nothing yet to differ.
    pub fn places_differ(&self) -> bool {
        self.places.is_none() && (!self.profiles.is_empty() || !self.levels.is_empty())
    }
}

/// What is granted on one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceGrant {
    pub device_id: String,
    pub right: DeviceRight,
}

/// The rights of one subject, with the names that people read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeldRights {
    pub rights: Rights,
    /// In the order of `rights.profiles`.
    pub profile_names: Vec<String>,
    /// In the order of `rights.devices`: `Building A / Floor 1 / Room 101 / Ceiling`.
    pub device_names: Vec<String>,
    /// The highest level per screen that all its live grants open anywhere, those of its teams included.
    pub levels: Levels,
    /// Per place by name, or `Everywhere`: what its own live grants open there, devices aside.
    pub access: Vec<(String, Levels)>,
    /// Grants with a beginning or an end, which stay as they are whatever the form says.
    pub timed_grants: i64,
}

/// A device to choose, within what the viewer may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceChoice {
    pub id: String,
    pub name: String,
    pub full_name: String,
}

/// Who can be in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    User,
    ApiUser,
}

impl MemberKind {
    pub const ALL: [MemberKind; 2] = [MemberKind::User, MemberKind::ApiUser];

    pub fn code(self) -> &'static str {
        match self {
            MemberKind::User => "user",
            MemberKind::ApiUser => "api_user",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            MemberKind::User => "User",
            MemberKind::ApiUser => "API user",
        }
    }
}

/// Who is to be in a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberRef {
    pub kind: MemberKind,
    pub id: String,
}

/// A building or floor to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceChoice {
    pub id: String,
    pub name: String,
    pub full_name: String,
    /// 0 is a building.
    pub depth: u32,
}

/// A profile to choose, and what it gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileChoice {
    pub id: String,
    pub name: String,
    pub levels: Levels,
}

/// What the forms of teams and API users offer: nothing that the viewer could not give.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormChoices {
    pub profiles: Vec<ProfileChoice>,
    pub places: Vec<PlaceChoice>,
    /// The viewer may give rights on everything.
    pub everything: bool,
    /// What the viewer may give on all devices.
    pub all_devices: Vec<DeviceRight>,
    /// The ranks of an API user, highest first.
    pub roles: Vec<Role>,
    /// The teams that an API user can be put into; whether the viewer may is told when it is tried.
    pub teams: Vec<Named>,
}
