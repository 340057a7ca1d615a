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

/// The complete permissions; what is left out isn't given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct NewRights {
    #[cfg_attr(feature = "ssr", schemars(with = "Vec<crate::server::openapi::Id>"))]
    pub profiles: Vec<String>,
    pub levels: Levels,
    /// Everything by default, if the caller can give that.
    pub places: Option<Places>,
    /// On everything, in addition to what applies at places.
    pub organization_levels: Levels,
    pub devices: Vec<DeviceGrant>,
    pub all_devices: Option<DeviceRight>,
}

impl From<&Rights> for NewRights {
    fn from(held: &Rights) -> NewRights {
        let Rights { profiles, levels, places, organization_levels, devices, all_devices, .. } = held.clone();
        NewRights { profiles, levels, places, organization_levels, devices, all_devices }
    }
}

/// The team's or API user's own permissions, without those for a limited time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Rights {
    #[cfg_attr(feature = "ssr", schemars(with = "Vec<crate::server::openapi::Id>"))]
    pub profiles: Vec<String>,
    pub levels: Levels,
    /// Null if the places aren't the same for all profiles and levels.
    pub places: Option<Places>,
    /// On everything, in addition to what applies at places.
    pub organization_levels: Levels,
    pub devices: Vec<DeviceGrant>,
    pub all_devices: Option<DeviceRight>,
    /// Grants with a start or an end, which an edit doesn't change.
    pub timed_grants: i64,
}

impl Rights {
    /// What is held counts in different places; for somebody new there is nothing yet to differ.
    pub fn places_differ(&self) -> bool {
        self.places.is_none() && (!self.profiles.is_empty() || !self.levels.is_empty())
    }
}

/// What the rights of a subject come to, in the names that people read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RightsFacts {
    /// In the order of `Rights::profiles`.
    pub profile_names: Vec<String>,
    /// In the order of `Rights::devices`: `Building A / Floor 1 / Room 101 / Ceiling`.
    pub device_names: Vec<String>,
    /// The highest level per screen that all its live grants open anywhere, those of its teams included.
    pub levels: Levels,
    /// Per place by name, or `Everywhere`: what its own live grants open there, devices aside.
    pub access: Vec<(String, Levels)>,
}

/// What is granted on one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceGrant {
    pub device_id: String,
    pub right: DeviceRight,
}

/// Both, for a form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeldRights {
    pub rights: Rights,
    pub facts: RightsFacts,
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

impl From<String> for MemberKind {
    /// As it is stored.
    fn from(stored: String) -> MemberKind {
        if stored == MemberKind::User.code() { MemberKind::User } else { MemberKind::ApiUser }
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
